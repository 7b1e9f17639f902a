// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/url_parts.h"

#include <algorithm>

#include "base/net.h"
#include "base/quote.h"

namespace ww::sprig {
namespace {

enum class Part { Path, Host, Zone, User, Fragment };

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether `c` stands for itself in this part.
bool is_plain(char c, Part part) {
    if (is_alphanumeric(c)) return true;
    std::string_view others;
    switch (part) {
        case Part::Path:
            others = "-_.~$&+,/:;=@";
            break;
        case Part::Host:
        case Part::Zone:
            others = "-_.~!$&'()*+,;=:[]<>\"";
            break;
        case Part::User:
            others = "-_.~$&+,;=";
            break;
        case Part::Fragment:
            others = "-_.~$&+,/:;=?@!()*";
            break;
    }
    return others.find(c) != others.npos;
}

std::string escaped(std::string_view text, Part part) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_plain(c, part)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return out;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

class Parser {
   public:
    explicit Parser(std::string& error) : error_(error) {}

    std::optional<UrlParts> parse(std::string_view whole) {
        const size_t hash = whole.find('#');
        if (!parse_before_fragment(whole.substr(0, hash))) {
            error_ = "parse " + quote(whole.substr(0, hash)) + ": " + error_;
            return {};
        }
        if (hash != whole.npos &&
            !unescape(whole.substr(hash + 1), Part::Fragment, url_.fragment)) {
            error_ = "parse " + quote(whole) + ": " + error_;
            return {};
        }
        return std::move(url_);
    }

   private:
    bool fail(std::string message) {
        error_ = std::move(message);
        return false;
    }

    bool parse_before_fragment(std::string_view text) {
        const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
        if (std::any_of(text.begin(), text.end(), is_control))
            return fail("net/url: invalid control character in URL");
        if (!take_scheme(text)) return false;
        if (const size_t mark = text.find('?'); mark != text.npos) {
            url_.query = text.substr(mark + 1);
            text = text.substr(0, mark);
        }
        if (!text.starts_with('/')) {
            if (!url_.scheme.empty()) {
                url_.opaque = text;
                return true;
            }
            // It would be taken for a scheme.
            if (text.substr(0, text.find('/')).find(':') != text.npos)
                return fail("first path segment in URL cannot contain colon");
        }
        const bool has_authority =
            text.starts_with("//") && (!url_.scheme.empty() || !text.starts_with("///"));
        if (has_authority) {
            text.remove_prefix(2);
            const std::string_view authority = text.substr(0, text.find('/'));
            text.remove_prefix(authority.size());
            if (!parse_authority(authority)) return false;
        }
        return unescape(text, Part::Path, url_.path);
    }

    /// "http:", if there is one, off the front of `text`.
    bool take_scheme(std::string_view& text) {
        const auto ends = [](char c) {
            return !is_alphanumeric(c) && c != '+' && c != '-' && c != '.';
        };
        const auto end =
            static_cast<size_t>(std::find_if(text.begin(), text.end(), ends) - text.begin());
        if (end == text.size() || text[end] != ':') return true;
        if (end == 0) return fail("missing protocol scheme");
        const bool starts_with_letter = is_alphanumeric(text[0]) && text[0] > '9';
        if (!starts_with_letter) return true;
        url_.scheme = text.substr(0, end);
        for (char& c : url_.scheme)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        text.remove_prefix(end + 1);
        return true;
    }

    bool parse_authority(std::string_view authority) {
        const size_t at = authority.rfind('@');
        if (!parse_host(at == authority.npos ? authority : authority.substr(at + 1))) return false;
        if (at == authority.npos) return true;

        const std::string_view user = authority.substr(0, at);
        const auto is_valid = [](char c) {
            return is_alphanumeric(c) ||
                   std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
        };
        if (!std::all_of(user.begin(), user.end(), is_valid))
            return fail("net/url: invalid userinfo");
        const size_t colon = user.find(':');
        url_.user.emplace();
        if (!unescape(user.substr(0, colon), Part::User, url_.user->name)) return false;
        if (colon == user.npos) return true;
        return unescape(user.substr(colon + 1), Part::User, url_.user->password.emplace());
    }

    bool check_port(std::string_view port) {
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        if (port.empty() || (port[0] == ':' && std::all_of(port.begin() + 1, port.end(), is_digit)))
            return true;
        return fail("invalid port " + quote(port) + " after host");
    }

    bool parse_host(std::string_view host) {
        if (const size_t bracket = host.rfind('['); bracket != host.npos) {
            if (bracket > 0) return fail("invalid IP-literal");
            return parse_address(host);
        }
        // Compat: more than one colon is an error for http only; others list hosts that way.
        const bool strict = url_.scheme == "http" || url_.scheme == "https";
        const size_t colon = strict ? host.find(':') : host.rfind(':');
        if (colon != host.npos && !check_port(host.substr(colon))) return false;
        return unescape(host, Part::Host, url_.host);
    }

    /// "[fe80::1%25eth0]:80"
    bool parse_address(std::string_view host) {
        const size_t end = host.rfind(']');
        if (end == host.npos) return fail("missing ']' in host");
        const std::string_view port = host.substr(end + 1);
        if (!check_port(port)) return false;

        const std::string_view inside = host.substr(1, end - 1);
        const size_t zone_start = inside.find("%25");
        std::string address;
        std::string zone;
        if (!unescape(inside.substr(0, zone_start), Part::Host, address)) return false;
        if (zone_start != inside.npos && !unescape(inside.substr(zone_start), Part::Zone, zone))
            return false;
        // A zone is a percent sign and at least one character.
        const bool valid = address.find(':') != address.npos && zone.size() != 1 &&
                           address.find('\0') == address.npos && IpAddress::parse(address);
        if (!valid) return fail("invalid host: " + quote(address + zone) + " is no IPv6 address");
        url_.host = "[" + address + zone + "]" + std::string(port);
        return true;
    }

    bool unescape(std::string_view text, Part part, std::string& out) {
        const bool in_host = part == Part::Host || part == Part::Zone;
        for (size_t at = 0; at < text.size(); ++at) {
            const char c = text[at];
            if (c != '%') {
                if (in_host && static_cast<unsigned char>(c) < 0x80 && !is_plain(c, part))
                    return fail("invalid character " + quote({&c, 1}) + " in host name");
                out += c;
                continue;
            }
            const std::string_view escape = text.substr(at, 3);
            const bool complete =
                escape.size() == 3 && hex_digit(escape[1]) >= 0 && hex_digit(escape[2]) >= 0;
            if (!complete) return fail("invalid URL escape " + quote(escape));
            const char byte = static_cast<char>(hex_digit(escape[1]) << 4 | hex_digit(escape[2]));
            // A host may hide only what it could not write: bytes beyond ASCII, and the percent
            // sign; a zone only what it could write.
            const bool refused =
                escape != "%25" &&
                ((part == Part::Host && static_cast<unsigned char>(byte) < 0x80) ||
                 (part == Part::Zone && byte != ' ' && !is_plain(byte, Part::Host)));
            if (refused) return fail("invalid URL escape " + quote(escape));
            out += byte;
            at += 2;
        }
        return true;
    }

    std::string& error_;
    UrlParts url_;
};

bool is_port(std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; }

}  // namespace

std::string UserInfo::to_string() const {
    std::string out = escaped(name, Part::User);
    if (password) out.append(":").append(escaped(*password, Part::User));
    return out;
}

std::string UrlParts::hostname() const {
    std::string_view name = host;
    if (const size_t colon = name.rfind(':'); colon != name.npos && is_port(name.substr(colon + 1)))
        name = name.substr(0, colon);
    if (name.size() > 1 && name.starts_with('[') && name.ends_with(']'))
        name = name.substr(1, name.size() - 2);
    return std::string(name);
}

std::string UrlParts::to_string() const {
    std::string out;
    if (!scheme.empty()) out.append(scheme).append(":");
    if (!opaque.empty()) {
        out += opaque;
    } else {
        const bool has_authority = !host.empty() || user || (!scheme.empty() && !path.empty());
        if (has_authority) out += "//";
        if (user) out.append(user->to_string()).append("@");
        out += escaped(host, Part::Host);
        const std::string text = path == "*" ? path : escaped(path, Part::Path);
        if (!text.empty() && text[0] != '/' && !host.empty()) out += '/';
        // A colon in the first segment would make that a scheme.
        if (out.empty() && text.substr(0, text.find('/')).find(':') != text.npos) out += "./";
        out += text;
    }
    if (!query.empty()) out.append("?").append(query);
    if (!fragment.empty()) out.append("#").append(escaped(fragment, Part::Fragment));
    return out;
}

std::optional<UrlParts> parse_url(std::string_view text, std::string& error) {
    return Parser(error).parse(text);
}

}  // namespace ww::sprig
