// SPDX-License-Identifier: BSD-3-Clause
#include "access/auth_conf.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "access/limits.h"
#include "access/password.h"
#include "base/log.h"
#include "base/quote.h"
#include "yaml/map.h"
#include "yaml/scalar.h"

namespace ww::access {

namespace {

class AuthReader {
   public:
    explicit AuthReader(const yaml::Document& document) : document_(document) {}

    void read(const yaml::Node& root) {
        if (yaml::is_null(root)) return;
        if (root.kind != yaml::Node::Kind::Map)
            return problem(root, "this must be a map with a list of users");
        const auto entries = yaml::map_entries(document_, root, problems);
        if (!entries) return;
        for (const yaml::MapEntry& entry : *entries) {
            if (entry.key->text == "users")
                read_users(*entry.value);
            else
                odd(*entry.at, fmt::format("unknown key {}", quote(entry.key->text)));
        }
    }

    yaml::Problems problems;
    Users users;

   private:
    void read_users(const yaml::Node& list) {
        if (yaml::is_null(list)) return;
        if (list.kind != yaml::Node::Kind::List) return problem(list, "\"users\" must be a list");
        if (list.items.size() > kMaxUsers)
            return problem(list, fmt::format("more than {} users", kMaxUsers));
        for (const yaml::Node* item : list.items)
            if (!read_user(item->resolved())) return;
    }

    // False: nothing after it counts.
    bool read_user(const yaml::Node& node) {
        std::string name;
        std::string hash;
        std::string role(to_string(Role::Admin));
        if (node.kind != yaml::Node::Kind::Map) {
            problem(node, "a user must be a map with \"name\" and \"password hash\"");
            return true;
        }
        const auto entries = yaml::map_entries(document_, node, problems);
        if (!entries) return true;
        for (const yaml::MapEntry& entry : *entries) {
            const std::string_view key = entry.key->text;
            std::string* into = key == "name"            ? &name
                                : key == "password hash" ? &hash
                                : key == "role"          ? &role
                                                         : nullptr;
            if (into == nullptr)
                odd(*entry.at, fmt::format("unknown key {}", quote(key)));
            else if (entry.value->kind != yaml::Node::Kind::Scalar)
                problem(*entry.value, fmt::format("\"{}\" must be a single value", key));
            else if (!yaml::is_null(*entry.value))
                *into = entry.value->text;
        }
        if (users.by_name.contains(name)) {
            // Compat: upstream stops there, too.
            odd(node,
                fmt::format("user {} is there twice; neither that nor what comes after is used",
                            quote(name)));
            return false;
        }
        users.by_name.emplace(name, user_of(node, name, hash, role));
        return true;
    }

    User user_of(const yaml::Node& at,
                 const std::string& name,
                 const std::string& hash,
                 const std::string& role_text) {
        const auto cannot = [&](std::string_view why) {
            odd(at, fmt::format("user {} cannot log in: {}", quote(name), why));
            return User{};
        };
        const auto role = role_from(role_text);
        if (!role)
            return cannot(fmt::format("the role {} is none of read-only, operator and admin",
                                      quote(role_text)));
        if (hash.empty()) return cannot("it has no password hash");
        const auto usable = usable_hash(hash);
        if (!usable) return cannot(usable.error().message());
        return {*usable, *role};
    }

    void problem(const yaml::Node& at, std::string text) {
        problems.add(document_.place(at), std::move(text));
    }
    void odd(const yaml::Node& at, std::string text) {
        users.warnings.push_back({document_.place(at), std::move(text)});
    }

    const yaml::Document& document_;
};

}  // namespace

Result<Users> read_auth_conf(std::string_view text, const std::string& name) {
    WW_TRY(const yaml::Document document, yaml::read(text, name));
    AuthReader reader(document);
    if (document.root() != nullptr) reader.read(document.root()->resolved());
    if (!reader.problems.empty()) return reader.problems.error();
    if (reader.users.by_name.empty())
        reader.users.warnings.push_back({{name}, "there are no users: nobody can log in"});
    return std::move(reader.users);
}

std::shared_ptr<const Users> AuthFile::current() {
    const auto now = identity_of(path_);
    const std::lock_guard lock(mutex_);
    const std::optional<FileIdentity> seen = now ? std::optional(*now) : std::nullopt;
    if (users_ && seen == identity_) return users_;
    identity_ = seen;
    if (now) {
        if (auto anew = read_anew()) return users_ = std::move(anew);
        if (users_) return users_;
    } else if (now.error().code() == ErrorCode::NotFound) {
        log::warn(
            "access.no_users file={} : there is no such file, nobody can log in with a "
            "password",
            quote(path_));
    } else {
        log::warn("access.auth_conf_unusable {}", now.error().message());
        if (users_) return users_;
    }
    return users_ = std::make_shared<const Users>();
}

// nullptr: as it is, it is of no use.
std::shared_ptr<const Users> AuthFile::read_anew() {
    const auto refused = [&](const Error& error) {
        log::warn("access.auth_conf_unusable {}{}",
                  error.headline(),
                  users_ ? "; the users read before stay" : "; nobody can log in with a password");
        return nullptr;
    };
    const UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.valid()) return refused(Error::from_errno(errno, "open " + path_));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return refused(Error::from_errno(errno, "stat " + path_));
    const auto text = read_fd(fd.get(), path_, kMaxAuthConfBytes);
    if (!text) return refused(text.error());
    auto users = read_auth_conf(*text, path_);
    if (!users) return refused(users.error());
    identity_ = identity_of(status);
    for (const yaml::Warning& warning : users->warnings)
        log::warn("access.auth_conf_odd {}", warning.to_string());
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0)
        log::warn(
            "access.auth_conf_open file={} mode={:04o}: everybody on this machine can read "
            "the hashes; chmod 600 mends it",
            quote(path_),
            status.st_mode & 07777);
    return std::make_shared<const Users>(std::move(*users));
}

}  // namespace ww::access
