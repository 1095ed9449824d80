"""The parts of an ETSI TS 119 102-2 V1.4.1 validation report; `reporting.etsi_xml` puts them together."""
