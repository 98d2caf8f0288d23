"""What every adapter must do, as tests to inherit: a new one is taken in when its six-line test class passes."""
