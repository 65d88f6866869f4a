import pytest

from journeyai.sources.spam import looks_like_spam


@pytest.mark.parametrize(
    "text",
    [
        "Earn money fast at http://x.example and double your bitcoin",
        "Get real followers now!!! www.followers.example",
        "Préstamos rápidos sin aval, escribe a prestamos@dinero.example",
        "Gana dinero desde casa, ingresos extra garantizados",
        "CRYPTO forex casino t.me/xyz",
        "$$$$ >>>> ???? !!!! ####",
        "aaaaaaaaaaaaaaaaaaaa",
        "good good good good good good good good good good good good",
        "sdfghjklqwrt",
    ],
)
def test_advertising_and_junk_is_spam(text: str) -> None:
    assert looks_like_spam(text)


@pytest.mark.parametrize(
    "text",
    [
        "I applied for a loan at https://bank.example and nobody answered",
        "When I click here nothing happens: https://shop.example/cart",
        "ME COBRARON DOS VECES!!!!! UNA VERGÜENZA!!!!",
        "no no no no, never again",
        "goooooooood",
        "jajajajajajaja",
        "👍👍👍👍👍👍👍👍👍👍👍",
        "10/10",
        "I loved it//////\\\\\\\\$£€$€¥",
        "write to me at ana@mail.example, I want my money back",
        "Me pidieron invertir tiempo y dinero para nada",
        "非常好用的应用程序非常好",
        "",
    ],
)
def test_angry_happy_and_odd_customers_are_not(text: str) -> None:
    assert not looks_like_spam(text)
