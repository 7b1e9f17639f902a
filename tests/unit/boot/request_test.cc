// SPDX-License-Identifier: BSD-3-Clause
#include "boot/request.h"

#include "support/catch.h"

using namespace ww::boot;

namespace {

std::optional<std::string> no_arp(std::string_view) { return std::nullopt; }
std::optional<std::string> some_arp(std::string_view address) {
    if (address == "10.0.0.7") return "02:00:5e:00:00:07";
    return std::nullopt;
}

}  // namespace

TEST_CASE("a path is decoded and cleaned", "[boot][request]") {
    struct Row {
        const char* in;
        const char* out;
    };
    const Row rows[] = {
        {"/ipxe/aa", "/ipxe/aa"},
        {"/ipxe//aa//", "/ipxe/aa/"},
        {"//efiboot///grub.efi", "/efiboot/grub.efi"},
        {"/kernel/a%3Ab", "/kernel/a:b"},
        {"/files/../x", "/x"},
        {"/files/a/./b/../c", "/files/a/c"},
        {"/../../x", "/x"},
        {"/", "/"},
        {"/a/..", "/"},
        {"/x?y=%zz", "/x"},
        {"/files/%2e%2e/x", "/x"},
        {"/files/%252e", "/files/%2e"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(normal_path(row.in) == std::optional<std::string>(row.out));
    }
    CHECK_FALSE(normal_path("/a%zz").has_value());
    CHECK_FALSE(normal_path("/a%2").has_value());
    CHECK_FALSE(normal_path("x").has_value());
    CHECK_FALSE(normal_path("").has_value());
}

TEST_CASE("who asks for what", "[boot][request]") {
    struct Row {
        const char* target;
        Stage stage;
        const char* identity;
        const char* file;
    };
    const Row rows[] = {
        {"/provision/00:00:00:ff:ff:ff", Stage::Ipxe, "00:00:00:ff:ff:ff", ""},
        {"/provision/AA-BB?stage=grub", Stage::Grub, "aa:bb", ""},
        {"/provision/aa?stage=container", Stage::Image, "aa", ""},
        {"/provision/?wwid=aa&stage=kernel", Stage::Kernel, "aa", ""},
        {"/provision/aa?stage=ipxe&stage=kernel", Stage::Ipxe, "aa", ""},
        {"/ipxe?wwid=aa", Stage::Ipxe, "aa", ""},
        {"/ipxe/\u00C4rger", Stage::Ipxe, "\u00E4rger", ""},
        {"/ipxe/%C3%84rger", Stage::Ipxe, "\u00E4rger", ""},
        {"/kernel/A?wwid=B", Stage::Kernel, "a", ""},
        {"/kernel/A/b/c?stage=grub", Stage::Kernel, "a", ""},
        {"/kernel/?wwid=00%3A00", Stage::Kernel, "00:00", ""},
        {"/overlay-runtime/aa?overlay=x", Stage::Runtime, "aa", ""},
        {"/efiboot/shim.efi?file=grub.cfg&wwid=aa", Stage::Efiboot, "aa", "shim.efi"},
        {"/efiboot/?wwid=aa&file=shim.efi", Stage::Efiboot, "aa", "shim.efi"},
        {"/efiboot//grub.efi", Stage::Efiboot, "02:00:5e:00:00:07", "grub.efi"},
        {"/files/sub/x?wwid=aa", Stage::Files, "aa", "sub/x"},
        {"/ipxe/?a=b;c=d&wwid=aa", Stage::Ipxe, "aa", ""},
        {"/ipxe/?wwid=%zz", Stage::Ipxe, "02:00:5e:00:00:07", ""},
        {"/status", Stage::Status, "", ""},
        {"/status?x", Stage::Status, "", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.target);
        const auto ask = parse_request({row.target, "10.0.0.7", 1234, false}, some_arp);
        REQUIRE(ask);
        CHECK(to_string(ask->stage) == to_string(row.stage));
        CHECK(ask->identity == row.identity);
        CHECK(ask->file == row.file);
        CHECK(ask->peer_address == "10.0.0.7");
        CHECK(ask->peer_port == 1234);
    }
}

TEST_CASE("what is refused before anybody is asked", "[boot][request]") {
    struct Row {
        const char* target;
        ww::ErrorCode code;
    };
    const Row rows[] = {
        {"/", ww::ErrorCode::NotFound},
        {"/overlay-file/hosts", ww::ErrorCode::NotFound},
        {"/status/", ww::ErrorCode::NotFound},
        {"/statusx", ww::ErrorCode::NotFound},
        {"/files/../secret", ww::ErrorCode::NotFound},
        {"/ipxe/", ww::ErrorCode::InvalidArgument},
        {"/ipxe/?WWID=aa", ww::ErrorCode::InvalidArgument},
        {"/kernel/%zz", ww::ErrorCode::InvalidArgument},
        {"/files/pub.txt%00.x?wwid=aa", ww::ErrorCode::InvalidArgument},
        {"/ipxe/aa%00", ww::ErrorCode::InvalidArgument},
        {"/ipxe/?wwid=aa%00", ww::ErrorCode::InvalidArgument},
        {"/ipxe/aa?x%00=1", ww::ErrorCode::InvalidArgument},
        {"/provision/aa?stage=dance", ww::ErrorCode::InvalidArgument},
        {"/provision/aa?stage=", ww::ErrorCode::InvalidArgument},
        {"/provision/aa?stage=efiboot", ww::ErrorCode::InvalidArgument},
        {"/provision/?stage=runtime", ww::ErrorCode::InvalidArgument},
    };
    for (const Row& row : rows) {
        CAPTURE(row.target);
        const auto ask = parse_request({row.target, "10.0.0.7", 1234, false}, no_arp);
        REQUIRE_FALSE(ask);
        CHECK(ask.error().code() == row.code);
    }
}

TEST_CASE("query values", "[boot][request]") {
    const auto ask =
        parse_request({"/files/t.ww?wwid=aa&render=n1&assetkey=blue+sky%2B7&assetkey=x&compress=gz",
                       "::1",
                       1,
                       true},
                      no_arp);
    REQUIRE(ask);
    CHECK(ask->render);
    CHECK(ask->render_node == "n1");
    CHECK(ask->asset_key == "blue sky+7");
    CHECK(ask->compress == "gz");
    CHECK(ask->tls);
    const auto plain = parse_request({"/files/t.ww?render", "::1", 1, false}, no_arp);
    REQUIRE(plain);
    CHECK(plain->render);
    CHECK(plain->render_node.empty());
    CHECK(plain->identity.empty());
}
