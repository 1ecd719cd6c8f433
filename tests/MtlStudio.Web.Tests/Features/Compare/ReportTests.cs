using System.Text.RegularExpressions;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Compare.Report;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Compare;

public sealed partial class ReportTests
{
    [Fact]
    public async Task Report_SaysAllThatThePageSays_InOneFileThatLoadsNothing()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var first = await host.AddFinishedAsync(spec => spec with { Name = "<script>alert(1)</script>" });
        await host.AddBaselinesAsync(first);
        var second = await host.AddFinishedAsync(spec => spec with { Name = "second", Weighting = new() { Name = "uw" } }, skill: 0.5);
        var html = ReportPage.Html(await host.Service<CompareReport>().ReadAsync([first, second], null, groupSeeds: true, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("<script", html);
        Assert.Contains("&lt;script&gt;alert(1)", html);
        // No address but the name of SVG: nothing is fetched from anywhere.
        Assert.Equal(["http://www.w3.org/2000/svg"], Addresses().Matches(html).Select(match => match.Value).Distinct());
        Assert.DoesNotMatch("(src|href|url)\\s*[=(]", html);
        Assert.Contains("single-task baselines", html);
        Assert.Equal(4, Regex.Count(html, "<svg class=\"curves\""));
        Assert.Equal(2, Regex.Count(html, "class=\"forest\""));
        Assert.Contains("<code>weighting.name</code>", html);
        Assert.Contains("qa test 0: what leaves at noon?", html);
        Assert.Contains("prefers-color-scheme:dark", html);
        Assert.Contains("torch 2.10.0", html);
        Assert.Contains("&quot;name&quot;: &quot;uw&quot;", html);
    }

    [Fact]
    public async Task Report_NamesTheRunThatIsGone()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var id = await host.AddFinishedAsync();
        var fault = await Assert.ThrowsAsync<RunNotFoundException>(() => host.Service<CompareReport>().ReadAsync([id, 77], null, true, TestContext.Current.CancellationToken));
        Assert.Contains("77", fault.Message);
    }

    [GeneratedRegex("https?://[^\"'\\s<]+")]
    private static partial Regex Addresses();
}
