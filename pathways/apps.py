from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PathwaysConfig(AppConfig):
    name = "pathways"
    verbose_name = _("Pathways")

    def ready(self) -> None:
        from credentials.holdings import when_holdings_change

        when_holdings_change("pathways", _enqueue)


def _enqueue(learner_id: int) -> None:
    """Have a job look at the learner's pathways once this transaction commits.

    For everybody, on a pathway or not: whoever joins at this instant looked at their
    holdings before this one was there.
    """
    from pathways import tasks

    tasks.evaluate.defer(learner_id=learner_id)
