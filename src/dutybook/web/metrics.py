"""Figures for Prometheus on requests, the process and the register.

They name no person, document or search, and have an address of their own, so that they are not on the one that browsers use.
Needs the extra ``metrics``.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dutybook.database_address import Address
from dutybook.errors import BadRequest, DutybookError

if TYPE_CHECKING:
    from dutybook.web.registers import Registers

#: Upper ends of the classes of durations, in seconds.
DURATIONS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LOG = logging.getLogger(__name__)


class Metrics:
    """Figures on requests, the process and the register, for Prometheus."""

    def __init__(self, registers: Registers) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        labels = ("area", "method", "status")
        self.requests = Counter("dutybook_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "dutybook_request_seconds",
            "Seconds until a request was answered.",
            ("area",),
            buckets=DURATIONS,
            registry=self.registry,
        )
        self.registry.register(RegisterCollector(registers))

    def observe(self, area: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self.requests.labels(area, method, str(status)).inc()
        self.seconds.labels(area).observe(seconds)

    def serve(self, address: str, port: int) -> Callable[[], None]:
        """Answer Prometheus on an address; returns a function that ends this.

        Raises:
            BadRequest: the address is taken, or does not belong to this machine.
        """
        try:
            server, thread = start_http_server(port, address, self.registry)
        except OSError as error:
            raise BadRequest(
                f"--metrics: {address} port {port} cannot be had ({error.strerror}): name another"
            ) from error

        def close() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return close


class RegisterCollector(Collector):
    """Figures on the register, read when they are asked for. ``dutybook_register_up`` is 0 where it cannot be read."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    def describe(self) -> Iterator[Metric]:
        """Nothing, so that registering the collector reads no register."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures of now."""
        up = GaugeMetricFamily("dutybook_register_up", "1 if the register can be read, else 0.")
        try:
            found = list(self._read())
        except DutybookError as error:
            _LOG.error("%s", error)
            found = []
        up.add_metric([], float(bool(found)))
        yield up
        yield from found

    def _read(self) -> Iterator[Metric]:
        from dutybook.store.alerts import outbox
        from dutybook.store.watches.watches import watches

        database = self._registers.database
        with self._registers.reading() as register:
            documents = register.count_by_status()
            norms = register.count_texts()
            deliveries = outbox.count_deliveries(register)
            watched = watches(register)
        yield _gauge("dutybook_documents", "Documents by what became of them.", "status", documents)
        yield _gauge("dutybook_norms", "Norms in the register.", "", {"": norms})
        yield _gauge("dutybook_deliveries", "Messages by state; outbox: events not gathered yet.", "state", deliveries)
        states = {
            "paused": sum(w.paused for w in watched),
            "failing": sum(not w.paused and w.failures > 0 for w in watched),
        }
        states["well"] = sum(not w.paused and not w.failures for w in watched)
        yield _gauge("dutybook_watches", "Watches by state.", "state", states)
        ages = {w.name: _age(w.last_ok) for w in watched if w.last_ok}
        yield _gauge("dutybook_watch_success_age_seconds", "Seconds since a watch last succeeded.", "watch", ages)
        if not isinstance(database, Address):
            yield _gauge("dutybook_register_bytes", "Size of the register's file.", "", {"": database.stat().st_size})
        free = shutil.disk_usage(database.parent).free
        yield _gauge("dutybook_disk_free_bytes", "Free bytes where the register is.", "", {"": free})


def _gauge(name: str, text: str, label: str, values: dict[str, Any]) -> GaugeMetricFamily:
    made = GaugeMetricFamily(name, text, labels=[label] if label else [])
    for key, value in sorted(values.items()):
        made.add_metric([key] if label else [], float(value))
    return made


def _age(moment: str) -> float:
    then = datetime.fromisoformat(moment)
    return (datetime.now(UTC) - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()
