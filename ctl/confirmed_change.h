// SPDX-License-Identifier: BSD-3-Clause
//
// How commands change a site: wwd is asked what the change would do, that is shown, the user is
// asked, and the change is made, bound to what was shown. What differs between commands is what
// they show, and the question.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ctl/context.h"
#include "ctl/prompt.h"

namespace ww::ctl {

inline constexpr std::string_view kNoChangesMade = "No changes made!\n";

/// Who wants a look at what the change would do.
enum class Look {
    Always,
    ToAsk,  // with --yes the change is made at once
};

/// Whether a command of Look::ToAsk goes ahead without one.
inline bool is_at_once(const Context& context) {
    return context.flags().is_true("yes") && !context.flags().is_true("dry-run");
}

/// Errors: InvalidArgument (the change is read from standard input, which then cannot answer).
inline Result<void> check_answerable(const Context& context, std::string_view path) {
    if (path != "-" || context.flags().is_true("yes") || context.flags().is_true("dry-run"))
        return {};
    return Error(ErrorCode::InvalidArgument, "standard input cannot also answer the question")
        .with_hint("look with --dry-run, then use --yes");
}

/// The second half: asks unless --yes is given, then makes the change `preview` told of. Nothing:
/// the answer was no, and `on_no` was said.
template <class Route>
Result<std::optional<typename Route::Reply>> ask_and_change(Context& context,
                                                            Route route,
                                                            typename Route::Request request,
                                                            const typename Route::Reply& preview,
                                                            std::string_view question,
                                                            std::string_view on_no) {
    using Reply = typename Route::Reply;
    if (!context.flags().is_true("yes") && !confirm(question)) {
        context.output().print(on_no);
        return std::optional<Reply>();
    }
    request.dry_run = false;
    if constexpr (requires { request.confirmed; })
        request.confirmed = preview.state;
    else
        request.state = preview.state;
    WW_TRY(Reply made, context.call(route, request));
    return std::optional(std::move(made));
}

/// The whole of it. `show(preview)` prints what would change; it gives the question, or nothing if
/// there is nothing to do. Nothing: no change was made, be it by --dry-run or by the answer.
template <class Route, class Show>
Result<std::optional<typename Route::Reply>> confirmed_change(
    Context& context,
    Route route,
    typename Route::Request request,
    Look look,
    const Show& show,
    std::string_view on_no = kNoChangesMade) {
    using Reply = typename Route::Reply;
    if (look == Look::ToAsk && is_at_once(context)) {
        WW_TRY(Reply made, context.call(route, request));
        return std::optional(std::move(made));
    }
    request.dry_run = true;
    WW_TRY(const Reply preview, context.call(route, request));
    WW_TRY(const std::optional<std::string> question, show(preview));
    if (!question || context.flags().is_true("dry-run")) return std::optional<Reply>();
    return ask_and_change(context, route, std::move(request), preview, *question, on_no);
}

}  // namespace ww::ctl
