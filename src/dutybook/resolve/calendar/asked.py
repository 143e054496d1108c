"""What is asked of the calendar: one period, the law that counts it, and the days off of one place."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from dutybook.languages.period_laws import Kind, PeriodLaw
from dutybook.resolve.calendar.days import DaysOff
from dutybook.resolve.periods import Period


@dataclass(frozen=True, slots=True)
class Asked:
    """A period with everything that decides where it ends; see :func:`dutybook.resolve.calendar.reckon`."""

    period: Period
    law: PeriodLaw
    holidays: Container[date]
    begins: bool = False
    moves: bool = True
    clear: bool = False
    days: str | None = None

    def kind(self) -> Kind:
        """The kind of days that the period is counted in; ``calendar`` days for weeks, months and years alone."""
        if self.days is not None:
            return self.law.kinds[self.days]
        if self.period.working_days:
            return self.law.kinds[self.law.working_days]
        short = self.law.short
        if short and 0 < self.period.days <= short.up_to and self.period == Period(days=self.period.days):
            return self.law.kinds[short.kind].model_copy(update={"source": short.source})
        return self.law.kinds[self.law.days]

    def number(self) -> int:
        """How many days of :meth:`kind` are counted, after whole months and weeks."""
        return self.period.working_days or self.period.days

    def off_for(self, kind: Kind) -> DaysOff:
        """The days that ``kind`` leaves out."""
        return DaysOff(kind.leaves_out, self.holidays, self.law.end.also_off)

    def ends_off(self) -> DaysOff:
        """The days on which a period does not end."""
        return DaysOff(self.law.end.off, self.holidays, self.law.end.also_off)
