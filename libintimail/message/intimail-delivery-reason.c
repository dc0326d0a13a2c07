/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-delivery-reason-private.h"

#include <string.h>

typedef struct
{
  const char *detail; /* the status from its second number; the first that begins so */
  const char *english;
  const char *french;
} Reason;

/* RFC 3463 and the IANA registry beside it; the longer first. */
static const Reason reasons[] = {
  { "1.10",
    "This domain takes no mail. Ask for another address.",
    "Ce domaine ne reçoit pas de courrier. Demandez une autre adresse." },
  { "1.2",
    "This domain does not exist. Check the part after the @ and send it again.",
    "Ce domaine n'existe pas. Vérifiez ce qui suit le @ et envoyez de nouveau." },
  { "1.3",
    "This is no valid address. Correct it and send it again.",
    "Cette adresse n'est pas valide. Corrigez-la et envoyez de nouveau." },
  { "1.6",
    "The mailbox has moved. Ask for the new address.",
    "Cette boîte a changé d'adresse. Demandez la nouvelle." },
  { "1.7",
    "Your own address was not accepted. Ask whoever looks after your mail.",
    "Votre propre adresse n'a pas été acceptée. Demandez à la personne qui gère votre courrier." },
  { "1.8",
    "Your own address was not accepted. Ask whoever looks after your mail.",
    "Votre propre adresse n'a pas été acceptée. Demandez à la personne qui gère votre courrier." },
  { "1.",
    "Nobody there has this address. Check how it is spelt, or ask the person in another way.",
    "Personne n'a cette adresse là-bas. Vérifiez l'orthographe, ou demandez à la personne autrement." },
  { "2.1",
    "The mailbox is closed. Ask the person for another address.",
    "Cette boîte est fermée. Demandez une autre adresse à la personne." },
  { "2.2",
    "The mailbox is full. Tell the person in another way, and send it again later.",
    "Cette boîte est pleine. Prévenez la personne autrement, et envoyez de nouveau plus tard." },
  { "2.3",
    "The message is too large for this mailbox. Send it without the large files, or share them by a link.",
    "Le message est trop gros pour cette boîte. Envoyez-le sans les gros fichiers, ou partagez-les par un lien." },
  { "2.",
    "The mailbox could not take the message. Send it again later.",
    "La boîte n'a pas pu prendre le message. Envoyez de nouveau plus tard." },
  { "3.4",
    "The message is too large for the server there. Send it without the large files, or share them by a link.",
    "Le message est trop gros pour le serveur là-bas. Envoyez-le sans les gros fichiers, ou partagez-les par un lien." },
  { "3.",
    "The mail server there has a problem. Send it again later.",
    "Le serveur de courrier là-bas a un problème. Envoyez de nouveau plus tard." },
  { "4.6",
    "The message went round in a circle. Tell whoever looks after the address.",
    "Le message a tourné en rond. Prévenez la personne qui gère cette adresse." },
  { "4.",
    "The mail server there could not be reached. Check the part after the @; if it is right, send it again later.",
    "Le serveur de courrier là-bas n'a pas pu être joint. Vérifiez ce qui suit le @ ; s'il est juste, envoyez de nouveau plus tard." },
  { "5.3",
    "It was to too many people at once. Send it to fewer.",
    "Il y avait trop de destinataires à la fois. Envoyez à moins de personnes." },
  { "5.",
    "The two mail servers did not understand each other. Tell whoever looks after your mail.",
    "Les deux serveurs de courrier ne se sont pas compris. Prévenez la personne qui gère votre courrier." },
  { "6.",
    "The server there does not take such content. Send it in another form.",
    "Le serveur là-bas n'accepte pas un tel contenu. Envoyez-le sous une autre forme." },
  { "7.",
    "The server there refused the message, maybe as spam. Write it otherwise, or ask the person in another way to allow your address.",
    "Le serveur là-bas a refusé le message, peut-être comme indésirable. Écrivez-le autrement, ou demandez à la personne d'autoriser votre adresse." },
};

static const Reason failed = {
  "",
  "The message was not delivered. What the server said stands below.",
  "Le message n'a pas été distribué. Ce qu'a dit le serveur est ci-dessous.",
};

static const Reason actions[] = {
  [INTIMAIL_DELIVERY_ACTION_UNKNOWN] = { "", "What became of the message is not said clearly.", "Le sort du message n'est pas dit clairement." },
  [INTIMAIL_DELIVERY_ACTION_DELAYED] = { "",
                                         "It is not delivered yet. The server goes on trying by itself: you need do nothing.",
                                         "Il n'est pas encore distribué. Le serveur continue d'essayer tout seul : vous n'avez rien à faire." },
  [INTIMAIL_DELIVERY_ACTION_DELIVERED] = { "", "The message was delivered.", "Le message a été distribué." },
  [INTIMAIL_DELIVERY_ACTION_RELAYED] = { "",
                                         "The message was handed to a server that says no more about it.",
                                         "Le message a été remis à un serveur qui n'en dira pas plus." },
  [INTIMAIL_DELIVERY_ACTION_EXPANDED] = { "",
                                          "The message was delivered, and sent on to several people.",
                                          "Le message a été distribué, et transmis à plusieurs personnes." },
};

static const Reason *
find_failure (const char *status)
{
  const char *detail = *status != '\0' ? strchr (status, '.') : NULL;

  for (gsize i = 0; detail != NULL && i < G_N_ELEMENTS (reasons); i++)
    {
      gsize length = strlen (reasons[i].detail);

      /* "1.1" is not the beginning of "1.10". */
      if (strncmp (detail + 1, reasons[i].detail, length) == 0 &&
          (reasons[i].detail[length - 1] == '.' || !g_ascii_isdigit (detail[1 + length])))
        return &reasons[i];
    }

  return &failed;
}

const char *
intimail_delivery_reason_find (IntimailDeliveryAction action, const char *status, const char *language)
{
  const Reason *reason = action == INTIMAIL_DELIVERY_ACTION_FAILED ? find_failure (status) : &actions[action];

  return g_str_equal (language, "fr") ? reason->french : reason->english;
}
