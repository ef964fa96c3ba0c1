"""What each job of the schedule does, in words: one list for all modules. A job without words shows its name."""

import datetime
import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

WORDS: dict[str, Promise] = {
    "accounts.purge_expired": pgettext_lazy("job", "Erases sessions and codes that are over"),
    "admission.erase_visits": pgettext_lazy("job", "Erases the data of visitors whose time is over"),
    "admission.expire_visits": pgettext_lazy("job", "Ends visits that nobody came to, or left without a sign"),
    "admission.remind_of_visits": pgettext_lazy("job", "Reminds of visitors who wait for an answer"),
    "documents.erase": pgettext_lazy("job", "Erases files of papers for many units whose time is over"),
    "documents.make_papers": pgettext_lazy("job", "Makes papers that were ordered for many units"),
    "federation.make": pgettext_lazy("job", "Counts the day for the superior agency"),
    "federation.thin_out": pgettext_lazy("job", "Takes agencies out of sums that were replaced"),
    "notifications.erase": pgettext_lazy("job", "Erases notifications whose time is over"),
    "notifications.send": pgettext_lazy("job", "Sends notifications by e-mail, text message and to own devices"),
    "risk.assess_today": pgettext_lazy("job", "Judges everybody anew for the new day"),
    "risk.assess_zones": pgettext_lazy("job", "Judges the zones of the units"),
    "risk.check_counts": pgettext_lazy("job", "Compares the counts of the units with their people"),
    "risk.check_today": pgettext_lazy("job", "Looks for what does not fit together, at the deadline"),
    "risk.check_yesterday": pgettext_lazy("job", "Looks for what does not fit together in the day before"),
    "risk.erase_proofs": pgettext_lazy("job", "Erases screenshots of the map whose time is over"),
    "risk.prepare_returns": pgettext_lazy("job", "Prepares the daily returns"),
    "risk.remind_of_returns": pgettext_lazy("job", "Reminds of daily returns that were not sent"),
    "risk.send_deliveries": pgettext_lazy("job", "Sends figures over HTTPS"),
    "risk.write_files": pgettext_lazy("job", "Writes the files of the days"),
    "screening.erase_presence": pgettext_lazy("job", "Erases where people were, when its time is over"),
    "screening.keep_months": pgettext_lazy(
        "job", "Makes the months ahead of declarations, erases those whose time is over"
    ),
    "screening.open_day": pgettext_lazy("job", "Opens the day: who has to declare, and when"),
    "webhooks.erase": pgettext_lazy("job", "Erases events sent to subscribers, when their time is over"),
    "webhooks.send": pgettext_lazy("job", "Sends events to subscribers"),
}


def cron_words(cron: str) -> str:
    """“every minute”, “daily at 00:05”; the five fields themselves where there are no words for them."""
    minute, hour, *rest = cron.split()
    if rest != ["*", "*", "*"]:
        return cron
    if minute.isdigit() and hour.isdigit():
        return _("daily at %(time)s") % {"time": f"{datetime.time(int(hour), int(minute)):%H:%M}"}
    if (minute, hour) == ("*", "*"):
        return _("every minute")
    step = re.fullmatch(r"\*/(\d+)", minute)
    hours = re.fullmatch(r"(\d+)-(\d+)", hour)
    if step and hours:
        given = {
            "minutes": step.group(1),
            "first": f"{int(hours.group(1)):02}:00",
            "last": f"{int(hours.group(2)):02}:59",
        }
        return _("every %(minutes)s minutes from %(first)s to %(last)s") % given
    if step and hour == "*":
        return _("every %(minutes)s minutes") % {"minutes": step.group(1)}
    return cron
