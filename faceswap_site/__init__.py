"""The roof: settings, addresses, what operators need and pages of no app. Below all apps lies lib."""
