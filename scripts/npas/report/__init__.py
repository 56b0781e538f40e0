"""The market-watch page: `npas report`."""
