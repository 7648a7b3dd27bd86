"""The programs of the fake Jetson; each is started by a script in the device's folder."""
