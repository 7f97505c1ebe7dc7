from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    name = "portfolio"
    verbose_name = _("People")

    def ready(self) -> None:
        from credentials import catalogue, status_lists
        from credentials.holdings import when_holdings_change
        from portfolio.accounts import leaving
        from portfolio.endorsing import finding

        when_holdings_change("portfolio.talent", _enqueue)
        status_lists.also_listed("portfolio.endorsing", finding.withdrawn)
        catalogue.also_by(finding.ACCEPTED)
        leaving.connect()


def _enqueue(learner_id: int) -> None:
    """Have a job make the rows anew that somebody is found by, if they may be found."""
    from portfolio import tasks
    from portfolio.models import Profile

    if Profile.objects.findable().filter(user=learner_id).exists():
        tasks.rewrite_findable.defer(learner_id=learner_id)
