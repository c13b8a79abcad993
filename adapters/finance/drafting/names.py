"""What columns are called in Polish, English and German exports."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

#: What a column holds -> its names without blanks, accents and punctuation, in small letters.
_NAMES: Final = {
    "customer": """klient kodklienta kontrahent kod kodkontrahenta nrklienta numerklienta idklienta idkontrahenta
        akronim kontrahentkod klientid customer customerid customerno customernumber customercode custnumber custno
        account accountno accountnumber clientid clientno client kundennummer kundennr kunde kdnr debitor debitornr
        debitorennr debitorennummer kontonummer partnerid""",
    "name": """nazwa nazwaklienta nazwakontrahenta nazwafirmy klientnazwa kontrahentnazwa firma nabywca dluznik
        customername namecustomer name company companyname clientname businessname kundenname firmenname""",
    "tax_id": "nip nipklienta nipkontrahenta nipnabywcy taxid taxno vatid vatnumber vatno ustid ustidnr steuernummer",
    "email": "email mail adresemail emailaddress emailadresse poczta",
    "phone": "telefon tel phone phonenumber telefonnummer",
    "address": "adres ulica address street adresse anschrift",
    "country": "kraj country countrycode land landercode",
    "credit_limit": "limit limitkredytowy limitkupiecki creditlimit kreditlimit",
    "number": """numer nr numerdokumentu nrdokumentu numerfaktury nrfaktury dokument faktura fv invoiceno invoicenumber
        invoiceid invoice invno documentno documentnumber docno docid docnumber document belegnummer belegnr beleg
        rechnungsnummer rechnungsnr rechnung rgnr""",
    "issued": """datawystawienia datafaktury datadokumentu wystawiono datawyst data issuedate issued invoicedate date
        documentdate docdate documentcreatedate rechnungsdatum belegdatum datum""",
    "due": """termin terminplatnosci terminzaplaty platnosc dataplatnosci duedate due dueindate paymentdue duedatum
        falligkeit falligam fallig falligkeitsdatum faelligkeit faelligam faellig zahlbarbis nettofalligkeit""",
    "sold": "datasprzedazy saledate leistungsdatum lieferdatum",
    "currency": "waluta walutadokumentu currency curr currencycode invoicecurrency wahrung waehrung whg",
    "gross": """brutto kwota kwotabrutto wartoscbrutto wartosc sumabrutto razembrutto gross grossamount amount
        invoiceamount total totalamount grosstotal brutto bruttobetrag betrag rechnungsbetrag gesamtbetrag summe""",
    "net": "netto kwotanetto wartoscnetto net netamount nettobetrag",
    "vat": "vat kwotavat podatek tax vatamount mwst mwstbetrag ust steuerbetrag",
    "open": """dozaplaty pozostalo pozostalodozaplaty saldo kwotapozostala niezaplacone openamount open outstanding
        balance amountdue totalopenamount remaining offen offenerbetrag offenerposten restbetrag""",
    "paid": """datawplaty datazaplaty datawplywu dataksiegowania zaplacono paymentdate paidon paid datepaid cleardate
        settleddate receiveddate zahlungsdatum zahldatum bezahltam zahlungseingang""",
    "paid_amount": "kwotawplaty wplata kwotazaplacona paymentamount amountpaid paidamount zahlbetrag zahlungsbetrag",
    "payment": "nrwplaty numerwplaty idwplaty paymentid paymentno paymentnumber zahlungsnr zahlungsnummer receiptno",
    "settles": "dotyczy zafakture nrdok rozliczanydokument paidinvoice forinvoice verwendungszweck zurechnung",
}


def plain(name: str) -> str:
    """A name without blanks, accents and punctuation, in small letters."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", bare)


@cache
def _fields() -> dict[str, str]:
    return {name: field for field, names in _NAMES.items() for name in names.split()}


def field_of(name: str) -> str | None:
    """What a column of this name seems to hold; None when nobody knows."""
    return _fields().get(plain(name))
