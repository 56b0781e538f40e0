from npas.cli import main

# the workers of `npas report` load this module again, under another name
if __name__ == "__main__":
    main()
