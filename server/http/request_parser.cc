// SPDX-License-Identifier: BSD-3-Clause
#include "http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "base/ascii.h"

namespace ww::http {

namespace beast = boost::beast;

namespace {

// RFC 9112 §3.2.2: a server must take "GET http://host/path" too. Nobody boots through a proxy, but
// the rule costs nothing.
std::string_view origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!same_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const size_t slash = target.find('/', scheme.size());
        return slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    return target;
}

int status_of(const beast::error_code& error) {
    using Code = beast::http::error;
    if (error == Code::header_limit) return 431;
    if (error == Code::body_limit || error == Code::buffer_overflow) return 413;
    return 400;
}

// Fills a Request in place; the reason for not using Beast's own request_parser is that this one
// allocates nothing per header.
class Parser final : public beast::http::basic_parser<true> {
   public:
    Parser(Request& request,
           const Limits& limits,
           bool keep_body,
           const RequestParser::AsksFirst& is_first)
        : request_(request), limits_(limits), keep_body_(keep_body), is_first_(is_first) {
        header_limit(static_cast<uint32_t>(limits.head_bytes));
        body_limit(limits.body_bytes);
    }

    int failure = 0;
    int version = 0;  // 10 or 11
    bool expects_continue = false;
    bool asks_first = false;
    size_t body_bytes = 0;  // so far, without what frames them

   private:
    using string_view = beast::string_view;
    using error_code = beast::error_code;
    static std::string_view view(string_view text) { return {text.data(), text.size()}; }

    void fail(int status, error_code& error) {
        failure = status;
        error = beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb,
                         string_view method,
                         string_view target,
                         int http_version,
                         error_code& error) override {
        version = http_version;
        if (target.size() > limits_.target_bytes) return fail(414, error);
        request_.method.assign(method.data(), method.size());
        request_.target.assign(origin_form(view(target)));
        asks_first = is_first_ && is_first_(request_.target);
        if (!asks_first) return;
        keep_body_ = true;
        body_limit(limits_.call_bytes);
    }

    void on_field_impl(beast::http::field field,
                       string_view name,
                       string_view value,
                       error_code& error) override {
        if (is_header_done()) return;  // a trailer
        if (field == beast::http::field::host) {
            if (++hosts_ > 1) return fail(400, error);
        } else if (field == beast::http::field::expect) {
            if (!same_ignoring_case(view(value), "100-continue")) return fail(417, error);
            expects_continue = true;
        }
        request_.headers.emplace_back(view(name), view(value));
    }

    void on_header_impl(error_code& error) override {
        if (hosts_ == 0 && version >= 11) fail(400, error);
        request_.announced = chunked() ? -1 : static_cast<int64_t>(content_length().value_or(0));
    }

    void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
    size_t on_body_impl(string_view body, error_code&) override {
        if (keep_body_) request_.body.append(body.data(), body.size());
        body_bytes += body.size();
        return body.size();
    }
    void on_chunk_header_impl(uint64_t, string_view, error_code&) override {}
    size_t on_chunk_body_impl(uint64_t, string_view body, error_code& error) override {
        return on_body_impl(body, error);
    }
    void on_finish_impl(error_code&) override {}

    void on_response_impl(int, string_view, int, error_code&) override {}

    Request& request_;
    const Limits& limits_;
    bool keep_body_;
    const RequestParser::AsksFirst& is_first_;
    int hosts_ = 0;
};

}  // namespace

struct RequestParser::Impl {
    const Limits& limits;
    bool keep_body;
    AsksFirst asks_first;
    Request request;
    std::optional<Parser> parser;
    int failure = 0;
    size_t after_head = 0;  // bytes used since the head was complete

    /// Sizes, extensions and trailers of chunks, `pending` of which are still incomplete: no more
    /// than a head, or than the body itself.
    bool is_framing_too_long(size_t pending) const {
        const size_t framing = after_head - parser->body_bytes + pending;
        return framing > limits.head_bytes + parser->body_bytes;
    }

    void start() {
        // Cleared, not replaced: the storage serves the whole connection.
        request.method.clear();
        request.target.clear();
        request.headers.clear();
        request.body.clear();
        request.announced = 0;
        parser.emplace(request, limits, keep_body, asks_first);
        failure = 0;
        after_head = 0;
    }
};

RequestParser::RequestParser(const Limits& limits, bool keep_body, AsksFirst asks_first)
    : impl_(new Impl{limits, keep_body, std::move(asks_first), {}, {}, 0}) {
    impl_->start();
}

RequestParser::~RequestParser() = default;

size_t RequestParser::put(std::string_view bytes) {
    Impl& impl = *impl_;
    size_t used = 0;
    while (used < bytes.size() && (state() == State::Head || state() == State::Body)) {
        const State before = state();
        const size_t left = bytes.size() - used;
        beast::error_code error = beast::http::error::need_more;
        // Beast asserts that the last chunk comes with all of "0\r\n\r\n"; no chunk is less.
        const bool waits = before == State::Body && impl.parser->chunked() && left < 5;
        const size_t step =
            waits ? 0
                  : impl.parser->put(boost::asio::const_buffer(bytes.data() + used, left), error);
        used += step;
        const bool needs_more = error == beast::http::error::need_more;
        if (before == State::Body) {
            impl.after_head += step;
            if (impl.is_framing_too_long(needs_more ? left - step : 0)) impl.failure = 413;
        }
        if (error && !needs_more)
            impl.failure = impl.parser->failure != 0 ? impl.parser->failure : status_of(error);
        if (error) break;
        if (before == State::Head && state() != State::Head) break;
    }
    return used;
}

RequestParser::State RequestParser::state() const {
    if (impl_->failure != 0) return State::Failed;
    if (impl_->parser->is_done()) return State::Done;
    return impl_->parser->is_header_done() ? State::Body : State::Head;
}

int RequestParser::failure() const { return impl_->failure; }
Request& RequestParser::request() { return impl_->request; }
bool RequestParser::keep_alive() const { return impl_->parser->keep_alive(); }
bool RequestParser::http_1_0() const { return impl_->parser->version < 11; }
bool RequestParser::expects_continue() const { return impl_->parser->expects_continue; }
bool RequestParser::asks_first() const { return impl_->parser->asks_first; }
void RequestParser::limit_body(size_t bytes) { impl_->parser->body_limit(bytes); }
void RequestParser::next() { impl_->start(); }

}  // namespace ww::http
