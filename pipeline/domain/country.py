"""Countries by their Swedish names, to know a country from a misreading; the value stays as it was written."""

from __future__ import annotations

import unicodedata

HOME = frozenset({"sverige", "sweden"})
UNTOLD = frozenset({"okänt", "okänd", "ej känt", "vet ej", "uppgift saknas"})
_NAMES = """
Afghanistan;Albanien;Algeriet;Andorra;Angola;Antigua och Barbuda;Argentina;Armenien;Aruba;Australien;Azerbajdzjan;Bahamas;
Bahrain;Bangladesh;Barbados;Belarus;Belgien;Belize;Benin;Bermuda;Bhutan;Bolivia;Bosnien;Bosnien och Hercegovina;
Bosnien-Hercegovina;Botswana;Brasilien;Brunei;Bulgarien;Burkina Faso;Burma;Burundi;Centralafrikanska republiken;Chile;
Colombia;Costa Rica;Curaçao;Cypern;Danmark;Demokratiska republiken Kongo;Djibouti;Dominica;Dominikanska republiken;Ecuador;
Egypten;Ekvatorialguinea;El Salvador;Elfenbenskusten;England;Eritrea;Estland;Eswatini;Etiopien;Fiji;Filippinerna;Finland;
Frankrike;Franska Guyana;Franska Polynesien;Färöarna;Förenade Arabemiraten;Gabon;Gambia;Georgien;Ghana;Gibraltar;Grekland;
Grenada;Grönland;Guadeloupe;Guam;Guatemala;Guinea;Guinea-Bissau;Guyana;Haiti;Honduras;Hongkong;Indien;Indonesien;Irak;Iran;
Irland;Island;Israel;Italien;Jamaica;Japan;Jemen;Jordanien;Kambodja;Kamerun;Kanada;Kap Verde;Kazakstan;Kenya;Kina;
Kirgizistan;Kiribati;Komorerna;Kongo;Kongo-Brazzaville;Kongo-Kinshasa;Kosovo;Kroatien;Kuba;Kuwait;Laos;Lesotho;Lettland;Libanon;Liberia;
Libyen;Liechtenstein;Litauen;Luxemburg;Macao;Madagaskar;Makedonien;Malawi;Malaysia;Maldiverna;Mali;Malta;Marocko;
Marshallöarna;Martinique;Mauretanien;Mauritius;Mexiko;Mikronesien;Mocambique;Moçambique;Moldavien;Monaco;Mongoliet;Montenegro;
Myanmar;Namibia;Nauru;Nederländerna;Nepal;Nicaragua;Niger;Nigeria;Nordirland;Nordkorea;Nordmakedonien;Norge;Nya Kaledonien;
Nya Zeeland;Oman;Pakistan;Palau;Palestina;Panama;Papua Nya Guinea;Paraguay;Peru;Polen;Portugal;Puerto Rico;Qatar;Réunion;
Rumänien;Rwanda;Ryssland;Saint Kitts och Nevis;Saint Lucia;Saint Vincent och Grenadinerna;Salomonöarna;Samoa;San Marino;
Saudiarabien;Schweiz;Senegal;Serbien;Seychellerna;Sierra Leone;Singapore;Skottland;Slovakien;Slovenien;Somalia;Spanien;
Sri Lanka;Storbritannien;Sudan;Surinam;Swaziland;Sydafrika;Sydkorea;Sydsudan;Syrien;São Tomé och Príncipe;Tadzjikistan;
Taiwan;Tanzania;Tchad;Thailand;Tjeckien;Togo;Tonga;Trinidad och Tobago;Tunisien;Turkiet;Turkmenistan;Tuvalu;Tyskland;USA;
Uganda;Ukraina;Ungern;Uruguay;Uzbekistan;Vanuatu;Vatikanstaten;Venezuela;Vietnam;Vitryssland;Wales;Västsahara;Zambia;Zanzibar;
Zimbabwe;Åland;Österrike;Östtimor
"""
COUNTRY_NAMES = ("Sverige", *(" ".join(name.split()) for name in _NAMES.split(";")))
COUNTRIES = frozenset(name.casefold() for name in COUNTRY_NAMES) | HOME


def known(written: str) -> bool:
    """Tell whether every part of `written` is a country, or says that the country is not known."""
    clean = unicodedata.normalize("NFC", written).casefold()
    names = [" ".join(part.split()).strip(" ?()") for part in clean.replace("/", ",").replace(" eller ", ",").split(",")]
    return all(name in COUNTRIES or name in UNTOLD for name in names)


def is_home(written: str) -> bool:
    """Tell whether `written` says Sweden."""
    return unicodedata.normalize("NFC", written).casefold().strip(" .") in HOME
