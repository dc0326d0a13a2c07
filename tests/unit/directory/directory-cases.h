/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every directory must do alike: the same cases for each of them.
 */

#pragma once

#include <intimail/intimail-directory.h>

#include "test-support.h"

G_BEGIN_DECLS

#define BASE "dc=home,dc=example"

typedef struct _DirectoryFixture DirectoryFixture;

typedef void (*DirectoryFixtureFunc) (DirectoryFixture *fixture, gconstpointer data);

struct _DirectoryFixture
{
  char *folder;
  char *path;                   /* of the LDIF file */
  IntimailDirectory *directory; /* of BASE, without people */

  /* A second object that knows the same directory. */
  IntimailDirectory *(*open_again) (DirectoryFixture *fixture);

  /* How many passwords were judged until now: hashes computed here, or binds at the
   * server. */
  guint (*count_work) (DirectoryFixture *fixture);
};

/* Adds UID@home.example. */
void directory_cases_add (DirectoryFixture *fixture,
                          const char *uid,
                          const char *password);

/* "ann ben", or "!" and the code of the error. */
char *directory_cases_resolve (IntimailDirectory *directory,
                               const char *address);

void directory_cases_assert_resolves (IntimailDirectory *directory,
                                      const char *address,
                                      const char *wanted);

/* An asynchronous call's callback: keeps the result at *@user_data. */
void directory_cases_on_result (GObject *source,
                                GAsyncResult *result,
                                gpointer user_data);

typedef struct
{
  const char *name;
  DirectoryFixtureFunc function;
} DirectoryCase;

/* Of other files; a NULL ends them. */
extern const DirectoryCase directory_import_cases[];
extern const DirectoryCase directory_life_cases[];
extern const DirectoryCase directory_rights_cases[];

/* A case for a directory that takes many at once. */
void directory_import_cases_add_many (const char *path,
                                      DirectoryFixtureFunc setup,
                                      DirectoryFixtureFunc teardown);

/* Runs the main loop until that has come. */
GAsyncResult *directory_cases_wait_for (GAsyncResult **place);

void directory_cases_add_all (const char *prefix,
                              DirectoryFixtureFunc setup,
                              DirectoryFixtureFunc teardown);

G_END_DECLS
