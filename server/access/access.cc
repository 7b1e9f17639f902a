// SPDX-License-Identifier: BSD-3-Clause
#include "access/access.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "access/auth_conf.h"
#include "access/failures.h"
#include "access/header.h"
#include "access/password.h"
#include "access/remembered.h"
#include "access/token_file.h"
#include "base/check.h"
#include "base/log.h"
#include "base/quote.h"
#include "http/work_pool.h"

namespace ww::access {

namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr std::string_view kByToken = "token";

// For people to read in a log, whatever was sent.
std::string shown(std::string_view name) {
    constexpr size_t kMost = 64;
    return quote(name.substr(0, kMost));
}

size_t hashing_threads() {
    constexpr unsigned kShare = 4;
    constexpr unsigned kMost = 8;
    return std::clamp(std::thread::hardware_concurrency() / kShare, 1U, kMost);
}

// What a pair is known by in memory: worth nothing to who finds it in a core file.
class PairKey {
   public:
    PairKey() {
        WW_CHECK(RAND_bytes(key_.data(), static_cast<int>(key_.size())) == 1,
                 "the system has random bytes");
    }
    ~PairKey() { OPENSSL_cleanse(key_.data(), key_.size()); }
    PairKey(const PairKey&) = delete;
    PairKey& operator=(const PairKey&) = delete;

    std::string of(const Login& login) const {
        // A name has no colon: RFC 7617.
        std::string pair = login.name + ":" + login.password;
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        HMAC(EVP_sha256(),
             key_.data(),
             static_cast<int>(key_.size()),
             reinterpret_cast<const unsigned char*>(pair.data()),
             pair.size(),
             digest.data(),
             &length);
        OPENSSL_cleanse(pair.data(), pair.size());
        return {reinterpret_cast<const char*>(digest.data()), length};
    }

   private:
    std::array<unsigned char, 32> key_{};
};

Error no_login() { return Error(ErrorCode::Unauthenticated, "say who you are"); }
Error wrong_login() { return Error(ErrorCode::Unauthenticated, "the login is not right"); }

}  // namespace

bool in_scope(const Who& who, std::string_view path) {
    for (const std::string_view prefix : {"/api/wwd/v1/", "/wwd/v1/", "/api/"}) {
        if (!path.starts_with(prefix)) continue;
        path.remove_prefix(prefix.size());
        const std::string_view first = path.substr(0, path.find('/'));
        if (first == "token" && who.via == kByToken) return false;
        if (who.scope.empty() || first == "hello" || first == "names") return true;
        const std::string_view word = scope_word(first);
        return !word.empty() &&
               std::find(who.scope.begin(), who.scope.end(), word) != who.scope.end();
    }
    return who.scope.empty();
}

struct Gatekeeper::State {
    State(Files names, TokenFile* token_file, const Limits& bounds, Clock time)
        : limits(bounds),
          clock(time ? std::move(time) : [] { return std::chrono::steady_clock::now(); }),
          auth(std::move(names.auth_conf)),
          tokens(token_file),
          pool(hashing_threads(), bounds.waiting, {}, http::WorkPool::Runs::BesideAnswers) {}

    // One pair that is being worked out, and who waits for that.
    struct Try {
        Login login;
        std::string peer;  // whose failure it would be
        std::shared_ptr<const Users> users;
        std::vector<Done> waiting;
    };

    void check_login(Login login, const std::string& peer, Done done);
    void work_out(const std::string& key);
    std::string stand_in(const std::string& name, const Users& users) const;
    void refuse(const std::string& peer, std::string_view by, const Error& why, const Done& done);
    void check_token(const std::string& secret, const std::string& peer, const Done& done);
    Error too_many(const std::string& peer);

    const Limits limits;
    const Clock clock;
    const PairKey pair_key;
    AuthFile auth;
    TokenFile* const tokens;
    std::atomic<uint64_t> hashes{0};

    std::mutex mutex;  // of what follows
    Failures failures{limits};
    Remembered remembered{limits};
    std::unordered_map<std::string, Try> tries;  // by the pair's key
    size_t requests = 0;                         // that wait for one of them
    std::map<std::string, Moment> told;          // addresses that were said to have made too many

    http::WorkPool pool;  // last: it ends first
};

// Under the lock.
Error Gatekeeper::State::too_many(const std::string& peer) {
    const Moment now = clock();
    constexpr std::chrono::minutes kQuiet{1};
    std::erase_if(told, [&](const auto& one) { return now - one.second >= kQuiet; });
    if (told.size() < limits.addresses && told.emplace(peer, now).second)
        log::warn(
            "access.slowed peer={}: too many logins that were not right; others from there "
            "have to wait",
            peer);
    return Error(ErrorCode::Unavailable, "too many logins from there were not right")
        .with_hint(fmt::format("try again in {} seconds", failures.wait(peer, now).count()));
}

void Gatekeeper::State::check_token(const std::string& secret,
                                    const std::string& peer,
                                    const Done& done) {
    const auto token = tokens != nullptr ? tokens->find(secret)
                                         : Error(ErrorCode::Unauthenticated, "there are no tokens");
    if (token) {
        if (tokens->is_use_news(*token) &&
            !pool.submit([this, name = token->name] { tokens->note_use(name); }))
            log::debug("access.use_not_noted token={}", shown(token->name));
        return done(Who{token->name, token->role, std::string(kByToken), token->scope});
    }
    refuse(peer, "token", token.error(), done);
}

// The hash that is worked out in vain for a name that is not there: that of another user, so that
// it costs what those cost, and always the same one for the same name.
std::string Gatekeeper::State::stand_in(const std::string& name, const Users& users) const {
    std::vector<const std::string*> hashes_there;
    for (const auto& [other, user] : users.by_name)
        if (!user.hash.empty()) hashes_there.push_back(&user.hash);
    // Whatever its password is: nobody gets in by it.
    if (hashes_there.empty()) return "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
    const std::string digest = pair_key.of({name, {}});
    return *hashes_there[static_cast<unsigned char>(digest[0]) % hashes_there.size()];
}

// Of what costs nothing to look at; it is counted all the same, and not all is written down.
void Gatekeeper::State::refuse(const std::string& peer,
                               std::string_view by,
                               const Error& why,
                               const Done& done) {
    Error answer = wrong_login();
    {
        const std::lock_guard lock(mutex);
        if (!failures.count(peer, clock()))
            answer = too_many(peer);
        else
            log::warn("access.refused peer={} by={}: {}", peer, by, why.message());
    }
    done(answer);
}

void Gatekeeper::State::check_login(Login login, const std::string& peer, Done done) {
    const auto users = auth.current();
    const std::string key = pair_key.of(login);
    std::optional<Result<Who>> answer;
    {
        const std::lock_guard lock(mutex);
        const Moment now = clock();
        if (auto who = remembered.find(key, users, now)) {
            answer = std::move(*who);
        } else if (requests >= limits.requests) {
            answer = Error(ErrorCode::Unavailable, "too many logins at once");
        } else if (const auto running = tries.find(key); running != tries.end()) {
            ++requests;
            return running->second.waiting.push_back(std::move(done));
        } else if (!failures.count(peer, now)) {
            answer = too_many(peer);
        } else {
            Try& one = tries[key];
            one = {std::move(login), peer, users, {}};
            one.waiting.push_back(std::move(done));
            if (pool.submit([this, key] { work_out(key); })) {
                ++requests;
                return;
            }
            done = std::move(one.waiting.front());
            tries.erase(key);
            failures.forgive(peer);
            answer = Error(ErrorCode::Unavailable, "too many logins at once");
        }
    }
    done(std::move(*answer));
}

// On the pool.
void Gatekeeper::State::work_out(const std::string& key) {
    Login login;
    std::shared_ptr<const Users> users;
    {
        const std::lock_guard lock(mutex);
        const Try& one = tries.at(key);
        login = one.login;
        users = one.users;
    }
    const auto found = users->by_name.find(login.name);
    const bool known = found != users->by_name.end() && !found->second.hash.empty();
    hashes.fetch_add(1);
    // Who is not there takes as long as who is.
    const std::string hash = known ? found->second.hash : stand_in(login.name, *users);
    const bool right = is_password(login.password, hash) && known;
    OPENSSL_cleanse(login.password.data(), login.password.size());

    std::vector<Done> waiting;
    Result<Who> answer = wrong_login();
    if (right) answer = Who{login.name, found->second.role, "password", {}};
    {
        const std::lock_guard lock(mutex);
        const auto place = tries.find(key);
        waiting = std::move(place->second.waiting);
        requests -= waiting.size();
        const std::string peer = place->second.peer;
        OPENSSL_cleanse(place->second.login.password.data(), place->second.login.password.size());
        tries.erase(place);
        if (right) {
            failures.forgive(peer);
            remembered.keep(key, *answer, users, clock());
        } else {
            log::warn("access.refused peer={} by=password user={} requests={}",
                      peer,
                      shown(login.name),
                      waiting.size());
        }
    }
    for (const Done& done : waiting) done(answer);
}

Gatekeeper::Gatekeeper(Files files, TokenFile* tokens, Limits limits, Clock clock)
    : state_(std::make_unique<State>(std::move(files), tokens, limits, std::move(clock))) {}

Gatekeeper::~Gatekeeper() {
    (void)state_->pool.close();
    for (auto& [key, one] : state_->tries)
        for (const Done& done : one.waiting)
            done(Error(ErrorCode::Cancelled, "the server is about to end"));
}

void Gatekeeper::check(std::string_view authorization, const std::string& peer, Done done) {
    if (authorization.empty()) return done(no_login());
    auto said = authorization.size() <= state_->limits.header_bytes
                    ? read_authorization(authorization)
                    : std::nullopt;
    if (!said)
        return state_->refuse(
            peer,
            "header",
            Error(ErrorCode::Unauthenticated, "the Authorization header is none that we know"),
            done);
    if (const auto* bearer = std::get_if<Bearer>(&*said))
        return state_->check_token(bearer->token, peer, done);
    state_->check_login(std::move(std::get<Login>(*said)), peer, std::move(done));
}

uint64_t Gatekeeper::hashes() const { return state_->hashes.load(); }

}  // namespace ww::access
