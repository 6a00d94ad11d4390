"""Secret messages between trustees, carried by anybody (sections 4.6.1 "Encrypting" and 4.6.3).

1. The message is put into an envelope with the recipient's key, and the envelope is signed by the sender.
2. A random group element g^s is encrypted for the recipient; its hash is the key of AES-256-GCM, and the hash
   of alpha the initialization vector (32 bytes; a key is used once).
3. Whoever opens it checks the sender's signature and that the envelope was meant for the opener: otherwise a
   trustee could pass on a message that another had sent to it.
"""

import hashlib
import re
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voting.errors import Refusal, Refused
from voting.protocol.certificates import Keyring, SignedMessage, sign
from voting.protocol.encoding import decode, encode
from voting.protocol.group import Element, Group
from voting.protocol.proofs import message_signature_valid

_HEX = re.compile(r"(?:[0-9a-f]{2}){16,}\Z", re.ASCII)  # at least the tag


class ChannelMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed envelope (section 4.6.3)."""

    recipient: str
    message: str


class EncryptedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What travels (section 4.6.1; `algorithm` since 3.1)."""

    algorithm: Literal["AES-GCM"]
    alpha: str
    beta: str
    data: str


def send(group: Group, sender: Keyring, recipient: Element, message: str) -> str:
    """send(sk, recipient, message): a string that only the owner of `recipient` can open."""
    envelope = encode(ChannelMessage(group.serialise(recipient), message)).decode()
    signed = encode(sign(group, sender, envelope))
    randomness, session = group.random_scalar(), group.generator.power(group.random_scalar())
    alpha = group.generator.power(randomness)
    beta = group.multiply(group.secret_power(recipient, randomness), session)
    data = _cipher(group, session).encrypt(_vector(group, alpha), signed, None)
    return encode(
        EncryptedMessage("AES-GCM", group.serialise(alpha), group.serialise(beta), data.hex())
    ).decode()


def receive(group: Group, recipient: Keyring, sender: Element, sealed: str, trustee: int) -> str:
    """The message in `sealed`, from the owner of the verification key `sender` to `recipient`.

    `trustee` is the sender's number for a refusal. Raises `Refused` JSON_*, ELEMENT_*, MESSAGE_UNREADABLE,
    MESSAGE_SENDER_INVALID or MESSAGE_RECIPIENT_INVALID.
    """
    place = f"trustee {trustee}"
    encrypted = decode(EncryptedMessage, sealed.encode(), "encrypted message")
    alpha, beta = group.element(encrypted.alpha, place), group.element(encrypted.beta, place)
    if not _HEX.match(encrypted.data):
        raise Refused(Refusal.MESSAGE_UNREADABLE, trustee=trustee)
    session = group.divide(beta, group.secret_power(alpha, recipient.decryption))
    try:
        signed = _cipher(group, session).decrypt(_vector(group, alpha), bytes.fromhex(encrypted.data), None)
    except InvalidTag:
        raise Refused(Refusal.MESSAGE_UNREADABLE, trustee=trustee) from None
    said = decode(SignedMessage, signed, "signed message")
    if not message_signature_valid(group, sender, said.message, said.signature, place):
        raise Refused(Refusal.MESSAGE_SENDER_INVALID, trustee=trustee)
    envelope = decode(ChannelMessage, said.message.encode(), "channel message")
    if envelope.recipient != group.serialise(group.generator.power(recipient.decryption)):
        raise Refused(Refusal.MESSAGE_RECIPIENT_INVALID, trustee=trustee)
    return envelope.message


def _cipher(group: Group, session: Element) -> AESGCM:
    return AESGCM(hashlib.sha256(f"key|{group.serialise(session)}".encode()).digest())


def _vector(group: Group, alpha: Element) -> bytes:
    return hashlib.sha256(f"iv|{group.serialise(alpha)}".encode()).digest()
