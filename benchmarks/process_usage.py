"""For ``endurance.py``: what a process holds over a day (memory, open files, threads, children), and whether it loses any of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, linear_regression

import fast_clock

#: How far memory may rise in a day, and be from its mean.
FLAT = 0.05


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process has after so many hours: MiB resident with and without its children (those that search stay all day), open
    files and those of them that are the register's, threads, children."""

    hour: float
    memory: float
    alone: float
    files: int
    register: int
    threads: int
    children: int


@dataclass
class ProcessUsage:
    """A process over the day. ``kinds`` counts its open files by what they are, after the warm-up and at the end."""

    name: str
    samples: list[Sample] = field(default_factory=list)
    kinds: list[Counter[str]] = field(default_factory=list)

    def take_sample(self, pid: int, hour: float, register: Path) -> None:
        """Take a sample."""
        family = list(fast_clock.descendants([pid]))
        memory = [resident(each) for each in family]
        kinds = Counter(open_files(pid))
        self.kinds.append(kinds)
        own = sum(number for kind, number in kinds.items() if kind.startswith(str(register)))
        threads = len(fast_clock.threads_of(pid))
        self.samples.append(Sample(hour, sum(memory), memory[0], kinds.total(), own, threads, len(family) - 1))

    @property
    def counted(self) -> list[Sample]:
        """The samples after the warm-up."""
        return self.samples[len(self.samples) // 4 :]

    @property
    def rise(self) -> float:
        """By what share of its mean memory rises in 24 hours, by the line of least squares."""
        memory = [sample.memory for sample in self.counted]
        return linear_regression([sample.hour for sample in self.counted], memory).slope * 24 / fmean(memory)

    @property
    def deviation(self) -> float:
        """The greatest distance of memory from its mean, as a share of that."""
        memory = [sample.memory for sample in self.counted]
        return max(abs(value / fmean(memory) - 1) for value in memory)

    def gained(self, what: str) -> int:
        """How many more of something there are at the least in the last quarter than in the second."""
        third = max(1, len(self.counted) // 3)
        least = [
            min(getattr(sample, what) for sample in part) for part in (self.counted[:third], self.counted[-third:])
        ]
        return int(least[1] - least[0])

    @property
    def lost(self) -> dict[str, int]:
        """What is gained of all that is to be given back."""
        return {what: self.gained(what) for what in ("files", "register", "threads", "children")}

    @property
    def good(self) -> bool:
        return abs(self.rise) <= FLAT and self.deviation <= FLAT and not any(lost > 0 for lost in self.lost.values())

    def line(self) -> str:
        first, start, end = self.samples[0], self.counted[0], self.counted[-1]
        lost = ", ".join(
            f"{getattr(end, what)} {words} ({number:+d})"
            for (what, number), words in zip(
                self.lost.items(), ("open files", "of the register", "threads", "children"), strict=True
            )
        )
        return (
            f"{self.name}: {first.memory:.0f} MiB at first, {start.memory:.1f} after the warm-up, {end.memory:.1f} at the end;"
            f" {100 * self.rise:+.1f} % a day, at most {100 * self.deviation:.1f} % from the mean; {lost}"
        )


def resident(pid: int) -> float:
    """MiB of a process that are in memory."""
    pages = fast_clock.read(f"/proc/{pid}/statm").split()
    return int(pages[1]) * os.sysconf("SC_PAGESIZE") / 2**20 if pages else 0.0


def is_transient(pid: int) -> bool:
    """Whether a process does one thing and ends, as children do that read, export or send; those that search stay."""
    command = fast_clock.read(f"/proc/{pid}/cmdline")
    return "main()" in command and "multiprocessing" not in command


def open_files(pid: int) -> Iterator[str]:
    """What each open file of a process is; of pipes and connections only that they are some."""
    folder = f"/proc/{pid}/fd"
    for number in os.listdir(folder):
        try:
            yield os.readlink(f"{folder}/{number}").partition(":[")[0]
        except OSError:
            # Closed meanwhile.
            continue
