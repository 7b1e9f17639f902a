// SPDX-License-Identifier: BSD-3-Clause
#include "fields/secret_url.h"

#include "support/catch.h"

using ww::fields::without_credentials;

TEST_CASE("what lets a URL's reader in is hidden", "[fields]") {
    const std::pair<const char*, const char*> rows[] = {
        {"https://me:pw@host/a@b", "https://********@host/a@b"},
        {"https://me:p@ss@host:8/a", "https://********@host:8/a"},
        {"https://token@host", "https://********@host"},
        {"http://host/a?token=t&b=c", "http://host/a?********"},
        {"http://host?t", "http://host?********"},
        {"docker://quay.io/x@sha256:0", "docker://quay.io/x@sha256:0"},
        {"http://host/a#b", "http://host/a#b"},
        {"http://", "http://"},
        {"me@host?", "me@host?"},
        {"", ""},
    };
    for (const auto& [typed, shown] : rows) {
        CAPTURE(typed);
        CHECK(without_credentials(typed) == shown);
    }
}
