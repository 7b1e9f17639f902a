// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: what the machine says that renders the template: its environment and its name service.
#include <netdb.h>

#include <cstdlib>
#include <memory>
#include <optional>

#include "sprig/crypto/random.h"
#include "sprig/functions.h"
#include "sprig/hosts.h"

namespace ww::sprig {
namespace {

std::string_view variable(std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());
    return value ? value : "";
}

tmpl::Value env(tmpl::Call& call) {
    if (call.text(0).find('\0') != std::string_view::npos) return tmpl::Value::text("");
    return tmpl::Value::string(variable(call.text(0)));
}

bool is_special(char c) {
    return std::string_view("*#$@!?-0123456789").find(c) != std::string_view::npos;
}

bool is_name_part(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A name, taken off `rest`, which begins behind a dollar sign: nothing if there is none, "" if
/// broken syntax was dropped.
std::optional<std::string_view> take_name(std::string_view& rest) {
    const auto take = [&](size_t skip, size_t size, size_t whole) {
        const std::string_view name = rest.substr(skip, size);
        rest.remove_prefix(whole);
        return name;
    };
    if (rest[0] == '{') {
        const size_t end = rest.find('}');
        if (end == rest.npos) return take(0, 0, 1);
        return take(1, end - 1, end + 1);
    }
    if (is_special(rest[0])) return take(0, 1, 1);
    size_t size = 0;
    while (size < rest.size() && is_name_part(rest[size])) ++size;
    if (size == 0) return {};
    return take(0, size, size);
}

tmpl::Value expandenv(tmpl::Call& call) {
    std::string out;
    std::string_view rest = call.text(0);
    while (!rest.empty()) {
        const size_t dollar = rest.find('$');
        if (dollar == rest.npos || dollar + 1 == rest.size()) break;
        out += rest.substr(0, dollar);
        rest.remove_prefix(dollar + 1);
        const auto name = take_name(rest);
        if (!name)
            out += '$';
        else if (name->find('\0') == name->npos)
            out += variable(*name);
        if (!call.may_use(2 * out.size())) return {};
    }
    return tmpl::Value::string(out.append(rest));
}

std::function<std::vector<std::string>(const std::string&)>& host_lookup() {
    static std::function<std::vector<std::string>(const std::string&)> lookup = addresses_of_host;
    return lookup;
}

/// One of the addresses, by chance.
tmpl::Value get_host_by_name(tmpl::Call& call) {
    if (!call.in_time()) return {};
    const std::string name(call.text(0));
    const std::vector<std::string> addresses = host_lookup()(name);
    if (addresses.empty()) return call.fail("host \"{}\" has no address", name);
    return tmpl::Value::string(addresses[random_below(addresses.size())]);
}

constexpr tmpl::Function kSystemFunctions[] = {
    {"env", "string", env, "The variable NAME of the server's environment.", kVolatile},
    {"expandenv", "string", expandenv, "TEXT with its $NAME and ${NAME} filled in.", kVolatile},
    {"getHostByName", "string", get_host_by_name, "An address of the host NAME.", kVolatile},
};

}  // namespace

std::vector<std::string> addresses_of_host(const std::string& name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;  // each address once
    addrinfo* first = nullptr;
    std::vector<std::string> addresses;
    if (name.find('\0') != name.npos || name.empty() ||
        getaddrinfo(name.c_str(), nullptr, &hints, &first) != 0)
        return addresses;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(first, freeaddrinfo);
    for (const addrinfo* one = first; one; one = one->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(
                one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
            addresses.emplace_back(text);
    }
    return addresses;
}

void set_host_lookup(std::function<std::vector<std::string>(const std::string&)> lookup) {
    host_lookup() = std::move(lookup);
}

std::span<const tmpl::Function> system_functions() { return kSystemFunctions; }

}  // namespace ww::sprig
