/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the mail for an address goes. The rules of mail stand here, once; a directory
 * only says whose address it is and who is in a group.
 */

#pragma once

#include <intimail/intimail-directory.h>

G_BEGIN_DECLS

/* Lists inside of lists. */
#define INTIMAIL_ROUTE_MAX_DEPTH 8

/* People and addresses of one list, with those of the lists inside. */
#define INTIMAIL_ROUTE_MAX_MEMBERS 20000

typedef enum
{
  INTIMAIL_ROUTE_PERSON,
  INTIMAIL_ROUTE_DUTY,        /* postmaster or abuse; @people may be empty */
  INTIMAIL_ROUTE_LIST,        /* the members of @list */
  INTIMAIL_ROUTE_OWNERS,      /* of @list, or the administrators; @people may be empty */
  INTIMAIL_ROUTE_UNSUBSCRIBE, /* the same, unless @token shows that it may be done at once */
} IntimailRouteKind;

typedef struct
{
  IntimailRouteKind kind;
  IntimailGroup *list;  /* or NULL */
  GPtrArray *people;    /* of IntimailPerson: active, each once */
  GPtrArray *addresses; /* of char: members of a list that are nobody here, each once */
  char *token;          /* what stands after "LIST-unsubscribe+", or NULL */
} IntimailRoute;

/* @sender is who may be refused by a list, "" for nobody; NULL asks without that. Fails
 * with NOT_FOUND, with DISABLED when only people who are disabled have the address,
 * with POSTING_REFUSED when a list does not take mail of @sender (NOT_FOUND when it is
 * hidden), and with UNAVAILABLE. */
IntimailRoute *intimail_route_find (IntimailDirectory *directory,
                                    const char *address,
                                    const char *sender,
                                    GCancellable *cancellable,
                                    GError **error);

void intimail_route_free (IntimailRoute *self);

/* UNAVAILABLE when there is nobody: what everybody may rely on must not bounce. */
gboolean intimail_route_check_people (IntimailRoute *self,
                                      const char *address,
                                      GError **error);

/* "family-bounces@home.example" of @list at family@home.example and "bounces". */
char *intimail_route_make_address (IntimailGroup *list,
                                   const char *purpose);

/* Whether @address is postmaster or abuse, of whatever domain. */
gboolean intimail_route_is_duty (const char *address);

/* Who of the members of @list, itself and none inside of it, has the address @sender:
 * the uid, or the address as the list has it; NULL and no error when nobody. */
char *intimail_route_find_member (IntimailDirectory *directory,
                                  IntimailGroup *list,
                                  const char *sender,
                                  GCancellable *cancellable,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailRoute, intimail_route_free)

G_END_DECLS
