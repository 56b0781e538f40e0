from npas.cli import main

main()
