using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MtlStudio.Web.Tests.Hosting;

public sealed class RequestGuardTests
{
    [Theory]
    [InlineData("/", "studio.evil.example", 400)]
    [InlineData("/", "10.0.0.1", 400)]
    [InlineData("/app.css", "studio.evil.example", 400)]
    [InlineData("/api/v1/presets", "studio.evil.example", 400)]
    [InlineData("/_blazor/negotiate", "studio.evil.example", 400)]
    [InlineData("/hubs/telemetry", "studio.evil.example", 400)]
    [InlineData("/", "localhost", 200)]
    [InlineData("/", "[::1]:99", 200)]
    public async Task Host_IsRefused_WhenItIsNoneOfTheStudios(string path, string host, int status)
    {
        await using var studio = await TestStudio.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var answer = await studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 400) await AssertProblemAsync(answer);
    }

    [Theory]
    [InlineData("GET", "/api/v1/presets")]
    [InlineData("POST", "/api/v1/runs")]
    [InlineData("POST", "/_blazor/negotiate")]
    [InlineData("GET", "/_blazor")]
    [InlineData("POST", "/hubs/telemetry/negotiate")]
    [InlineData("POST", "/anything")]
    public async Task Origin_IsRefused_WhenItIsForeign(string method, string path)
    {
        await using var studio = await TestStudio.StartAsync();
        foreach (var origin in new[] { "http://evil.example", "null", "http://127.0.0.1:1" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("Origin", origin);
            using var answer = await studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            await AssertProblemAsync(answer);
        }
    }

    [Fact]
    public async Task Origin_IsAccepted_WhenItIsOwn()
    {
        await using var studio = await TestStudio.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", studio.App.Urls.First());
        using var answer = await studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("cross-site", "no-cors", 403)]
    [InlineData("same-site", "no-cors", 403)]
    [InlineData("cross-site", "navigate", 404)]
    [InlineData("same-origin", "cors", 404)]
    public async Task CrossSiteRequest_IsRefused_UnlessAUserNavigates(string site, string mode, int status)
    {
        await using var studio = await TestStudio.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/no-such-thing");
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Mode", mode);
        using var answer = await studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal(new MediaTypeHeaderValue("application/problem+json"), answer.Content.Headers.ContentType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
    }
}
