using Microsoft.JSInterop;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>The reviewer's name, kept in the browser: there is no sign-in, the name tells votes apart.</summary>
public sealed class ReviewerMemory(IJSRuntime js)
{
    private const string Module = "./Features/Reviews/ReviewPage.razor.js";

    /// <summary>The name given last, or null.</summary>
    public async Task<string?> NameAsync()
    {
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", Module);
        return await module.InvokeAsync<string?>("name") is { Length: > 0 } name ? name : null;
    }

    public async Task RememberAsync(string name)
    {
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", Module);
        await module.InvokeVoidAsync("remember", name);
    }
}
