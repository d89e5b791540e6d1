"""stub"""


def stepper(page, experiment):
    pass
