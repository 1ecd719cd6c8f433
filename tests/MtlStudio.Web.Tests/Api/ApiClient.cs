using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

/// <summary>Calls of the API as a program would make them.</summary>
internal static class ApiClient
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> GetAsync(this TestStudio studio, string path)
    {
        using var answer = await studio.Client.GetAsync($"/api/v1/{path}", Token);
        return await ReadAsync(answer, HttpStatusCode.OK);
    }

    public static async Task<(JsonElement Body, Uri? Location)> SendAsync(this TestStudio studio, HttpMethod method, string path, string? json, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await studio.Client.SendAsync(request, Token);
        return (await ReadAsync(answer, expected), answer.Headers.Location);
    }

    /// <summary>The problem details of a refused call.</summary>
    public static async Task<JsonElement> RefusedAsync(this TestStudio studio, HttpMethod method, string path, HttpStatusCode expected, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await studio.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(expected == answer.StatusCode, $"{method} {path}: {answer.StatusCode}, {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
        return problem;
    }

    public static string[] Fields(this JsonElement problem) => [.. problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)];

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(expected == answer.StatusCode, $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {answer.StatusCode}, {text}");
        return text.Length > 0 ? JsonElement.Parse(text) : default;
    }
}
