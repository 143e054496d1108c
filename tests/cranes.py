"""An act that applies by class of crane, and an amendment that moves one of its days by class."""

from __future__ import annotations

from dutybook.pipeline.analyse import analyse
from dutybook.records import Analysis, RawDocument

ACT = """# Regulation (EU) 2031/777 of the European Parliament and of the Council of 3 March 2031 on harbour cranes

Official Journal of the European Union L 2031/777 12.5.2031

HAVE ADOPTED THIS REGULATION:

Article 1

Log

The operator of a crane shall keep a log of all lifts.

Article 2

Brakes

The operator of a crane shall test the brakes every month.

Article 3

Lamps

The operator of a crane shall light the jib at night.

Article 4

Entry into force and application

1. This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of the European Union.

2. It shall apply from 1 June 2032.

3. Article 2 shall apply from 1 June 2033.

4. Article 3 shall apply from 1 June 2034 as regards cranes on rails.
"""
AMENDMENT = """# Regulation (EU) 2032/55 of the European Parliament and of the Council of 3 February 2032 amending Regulation (EU) 2031/777 on harbour cranes

Official Journal of the European Union L 2032/55 12.2.2032

HAVE ADOPTED THIS REGULATION:

Article 1

Amendments to Regulation (EU) 2031/777

Regulation (EU) 2031/777 is amended as follows:

(1) in Article 4, paragraph 3 is replaced by the following:

‘3. Article 2 shall apply from 1 December 2034 to floating cranes, and from 1 December 2035 to cranes on rails.’.

Article 2

This Regulation shall enter into force on 1 March 2032.
"""


def read(text: str, name: str) -> Analysis:
    return analyse(RawDocument(name, text.encode()))
