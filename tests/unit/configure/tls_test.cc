// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "configure/certificate.h"
#include "head_node.h"

using namespace ww;
using namespace ww::configure;
using test::HeadNode;
using Words = std::vector<std::string>;

namespace {

constexpr const char* kTls =
    "fqdn: head.example.org\nipaddr6: fd00::1\nprefixlen6: 64\nwarewulf: {tls: true}\n";
constexpr int64_t kDays = int64_t{24} * 60 * 60;

std::string key_folder(const HeadNode& head) {
    return head.site.conf().paths.sysconfdir + "/warewulf/tls/";
}

// A key takes a second: each is made once.
const KeyAndCertificate& site_authority() {
    static const KeyAndCertificate made = *make_authority(std::time(nullptr));
    return made;
}
const KeyAndCertificate& stranger() {
    static const KeyAndCertificate made = *make_authority(std::time(nullptr));
    return made;
}
const std::string& server_key() {
    static const std::string made =
        make_server_certificate(site_authority(), {{}, {"warewulf"}}, "", std::time(nullptr))->key;
    return made;
}

}  // namespace

TEST_CASE("an authority and a certificate for the server's names", "[configure][tls]") {
    HeadNode head("nodes: {}\n", kTls);
    const std::string folder = key_folder(head);
    REQUIRE(head.carry_out(plan_tls(head.situation(), {.alone = true})));
    CHECK(head.was_said("info: TLS keys generated in "));
    CHECK(head.was_said("info: Key Size:      4096 bits"));
    CHECK(head.was_said("info: Subject:       CN=Warewulf Server,O=Warewulf"));
    CHECK(head.was_said("info: IP Addresses:  10.0.0.1, fd00::1"));
    CHECK(head.was_said("info: DNS Names:     head.example.org, warewulf"));
    CHECK(head.services.told == Words{"restart wwd", "enable wwd"});
    const std::string certificate = head.get(folder + "warewulf.crt");
    const std::string key = head.get(folder + "warewulf.key");
    CHECK(key.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    CHECK(belongs_together(key, certificate));
    CHECK(is_signed_by(certificate, head.get(folder + "ca.crt")));
    // Nodes get warewulf.crt as what they trust: the authority is in it.
    CHECK(certificate.ends_with(head.get(folder + "ca.crt")));
    for (const char* secret : {"warewulf.key", "ca.key"}) {
        struct stat status{};
        REQUIRE(::stat(head.machine.at(folder + secret).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
    CHECK_FALSE(*head.carry_out(plan_tls(head.situation(), {})));
    CHECK(head.was_said("info: TLS keys already exist in "));
}

TEST_CASE("what is there decides what is made", "[configure][tls]") {
    HeadNode head("nodes: {}\n", kTls);
    const std::string folder = key_folder(head);
    char host[256] = {};
    REQUIRE(::gethostname(host, sizeof host - 1) == 0);
    const ServerNames names = {{"10.0.0.1", "fd00::1"}, {"head.example.org", "warewulf", host}};
    const auto put_server = [&](const ServerNames& server, int64_t made) {
        const auto pair = make_server_certificate(site_authority(), server, server_key(), made);
        REQUIRE(pair);
        head.put(folder + "ca.key", site_authority().key);
        head.put(folder + "ca.crt", site_authority().certificate);
        head.put(folder + "warewulf.key", pair->key);
        head.put(folder + "warewulf.crt", pair->certificate + site_authority().certificate);
        return pair->certificate;
    };
    const int64_t now = std::time(nullptr);

    SECTION("one that is good stays") {
        put_server(names, now);
        CHECK_FALSE(*head.carry_out(plan_tls(head.situation(), {})));
    }
    SECTION("one that ends soon is made anew with the same key and authority") {
        put_server(names, now - 700 * kDays);
        REQUIRE(head.carry_out(plan_tls(head.situation(), {})));
        CHECK(head.was_said("The server's certificate ends at "));
        CHECK(head.get(folder + "warewulf.key") == server_key());
        CHECK(head.get(folder + "ca.crt") == site_authority().certificate);
        const auto facts = read_certificate(head.get(folder + "warewulf.crt"));
        CHECK(facts->until > now + 700 * kDays);
        CHECK(facts->server == names);
        CHECK(head.services.told == Words{"restart wwd", "enable wwd"});
    }
    SECTION("a server that runs is not restarted for it") {
        put_server(names, now - 700 * kDays);
        head.services.units["wwd"].active = true;
        head.services.units["wwd"].disabled = false;
        CHECK(configure::show(*plan_tls(head.situation(), {}), head.services, *head.record)
                  .ends_with("would reload wwd\n"));
        REQUIRE(head.carry_out(plan_tls(head.situation(), {})));
        CHECK(head.services.told == Words{"reload wwd"});
        CHECK(head.was_said("info: Reloading wwd"));
        CHECK_FALSE(*head.carry_out(plan_tls(head.situation(), {})));
    }
    SECTION("one for another address is made anew") {
        put_server({{"10.9.9.9"}, {"warewulf"}}, now);
        REQUIRE(head.carry_out(plan_tls(head.situation(), {})));
        CHECK(head.was_said("is not for the server's names and addresses of today"));
        CHECK_FALSE(*head.carry_out(plan_tls(head.situation(), {})));
    }
    SECTION("a run that was cut short between key and certificate is finished") {
        put_server(names, now);
        head.put(folder + "warewulf.key", stranger().key);
        REQUIRE(head.carry_out(plan_tls(head.situation(), {})));
        CHECK(belongs_together(stranger().key, head.get(folder + "warewulf.crt")));
    }
    SECTION("new keys by force: what was there is kept, and nobody else reads the new ones") {
        const std::string before = put_server(names, now);
        REQUIRE(::chmod(head.machine.at(folder + "warewulf.key").c_str(), 0644) == 0);
        REQUIRE(head.carry_out(plan_tls(head.situation(), {.force = true})));
        CHECK(head.get(folder + "warewulf.key-old") == server_key());
        CHECK(head.get(folder + "warewulf.crt-old").starts_with(before));
        CHECK(head.get(folder + "ca.key") == site_authority().key);
        struct stat status{};
        REQUIRE(::stat(head.machine.at(folder + "warewulf.key").c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
    SECTION("half an authority is none") {
        put_server({{"10.9.9.9"}, {"warewulf"}}, now);
        head.put(folder + "ca.key", stranger().key);
        REQUIRE(head.carry_out(plan_tls(head.situation(), {.force = true})));
        CHECK(belongs_together(head.get(folder + "ca.key"), head.get(folder + "ca.crt")));
        CHECK(is_signed_by(head.get(folder + "warewulf.crt"), head.get(folder + "ca.crt")));
    }
    SECTION("one from elsewhere stays, with a word") {
        head.put(folder + "warewulf.key", stranger().key);
        head.put(folder + "warewulf.crt", stranger().certificate);
        CHECK_FALSE(*head.carry_out(plan_tls(head.situation(), {})));
        CHECK(head.was_said("was not made by the authority of this site"));
        CHECK(head.get(folder + "warewulf.crt") == stranger().certificate);
    }
}

TEST_CASE("keys are imported and exported as pairs", "[configure][tls]") {
    HeadNode head("nodes: {}\n", kTls);
    const std::string elsewhere = head.site.path("elsewhere");
    const KeyAndCertificate* const pair = &stranger();
    const KeyAndCertificate* const other = &site_authority();
    REQUIRE(make_directories(elsewhere));
    REQUIRE(replace_file(elsewhere + "/warewulf.key", pair->key));
    REQUIRE(replace_file(elsewhere + "/warewulf.crt", other->certificate));
    CHECK_FALSE(plan_tls(head.situation(), {.import_dir = elsewhere}));
    REQUIRE(replace_file(elsewhere + "/warewulf.crt", pair->certificate));
    REQUIRE(head.carry_out(plan_tls(head.situation(), {.import_dir = elsewhere})));
    CHECK(head.was_said("info: Imported keys from " + elsewhere));
    CHECK(head.get(key_folder(head) + "warewulf.key") == pair->key);
    const std::string out = head.site.path("out");
    REQUIRE(head.carry_out(plan_tls(head.situation(), {.export_dir = out})));
    CHECK(*read_file(out + "/warewulf.crt") == pair->certificate);
}
