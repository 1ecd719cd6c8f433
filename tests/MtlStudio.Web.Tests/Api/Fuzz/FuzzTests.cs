using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using MtlStudio.Core;

namespace MtlStudio.Web.Tests.Api.Fuzz;

/// <summary>
/// Damaged specs, bodies, addresses and uploads against the whole API: no answer of 500 and up, none that takes long, and every
/// refusal says of what. <c>MTLSTUDIO_FUZZ=10000</c> makes as many calls; without it a sixteenth is made. The calls are keyed
/// by their number, so that one that failed is made again alone.
/// </summary>
public sealed class FuzzTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static readonly int Calls = int.TryParse(Environment.GetEnvironmentVariable("MTLSTUDIO_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var calls) ? calls : 625;

    // A hang, not a slow machine.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly string[] Values = ["0", "-1", "1", "999999", "9223372036854775808", "x", "..%2f..%2fetc", "%F0%9F%98%80", "1;drop", "a b", "null", "NaN", "sha256:0", "latest"];

    // These make a file at every call, whatever is sent.
    private static readonly string[] Heavy = ["/api/v1/settings/backups", "/api/v1/settings/devices/look", "/api/v1/backup"];

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Specs_AreRefusedByField_HoweverTheyAreDamaged()
    {
        var spec = running.Spec(20);
        for (var i = 0; i < Calls; i++)
        {
            var random = new KeyedRandom(1, "fuzz/spec", i);
            // A fault that stays: no damaged spec may queue a run.
            var damaged = spec.DeepClone().AsObject();
            damaged["weighting"] = new JsonObject { ["name"] = "no such policy" };
            var body = JsonMutation.Of(damaged, ref random);
            var (status, answer) = await CallAsync(HttpMethod.Post, "/api/v1/runs", body, "application/json", $"spec {i}");
            if (status == 201) continue; // The wound was the policy itself.
            Assert.True(status is 400 or 413 && Names(answer), $"spec {i}: {status}: {answer}");
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task EveryRoute_AnswersInItsOwnWords_WhateverItIsSent()
    {
        var routes = running.Studio.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && !Heavy.Contains(route.RoutePattern.RawText.TrimEnd('/')))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (Method: new HttpMethod(method), Route: route.RoutePattern))).ToArray();
        Assert.True(routes.Length > 100, $"only {routes.Length} routes were found");
        var valid = running.Spec(20);
        var faults = new List<string>();
        for (var i = 0; i < Calls; i++)
        {
            var random = new KeyedRandom(1, "fuzz/route", i);
            var (method, route) = routes[random.NextInt(routes.Length)];
            var path = string.Join('/', route.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => Part(part, ref random)))));
            var query = random.NextInt(3) == 0 ? "" : $"?{Query(ref random)}&{Query(ref random)}";
            var (body, type) = method == HttpMethod.Get ? (null, "")
                : random.NextInt(5) == 0 ? (Form(ref random), "multipart/form-data; boundary=b")
                : (JsonMutation.Of(valid, ref random), "application/json");
            var what = $"route {i}: {method} /{path}{query}";
            var (status, answer) = await CallAsync(method, $"/{path}{query}", body, type, what);
            if (status >= 500) faults.Add($"{what}: {status}: {answer}");
            else if (status >= 400 && !Names(answer)) faults.Add($"{what}: {status} names nothing: {answer}");
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults.Take(20)));
    }

    private static string Part(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPart part, ref KeyedRandom random) => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies.Count: > 0 } => Values[random.NextInt(5)],
        _ => Values[random.NextInt(Values.Length)],
    };

    private static string Query(ref KeyedRandom random)
    {
        string[] names = ["runs", "reference", "series", "x", "from", "to", "points", "take", "skip", "sort", "filter", "task", "step", "after", "split", "columns", "group", "no-such"];
        return $"{names[random.NextInt(names.Length)]}={Values[random.NextInt(Values.Length)]}";
    }

    private static byte[] Form(ref KeyedRandom random)
    {
        string[] contents = ["", "a,b\n1", "{\"q\":", "\u0000\u0001", "PAR1", "[{}]", "\"unclosed", "q\ta\n"];
        string[] files = ["a.csv", "../../a.jsonl", "a.parquet", "", "config.json", "a.jsonl"];
        return System.Text.Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"{(random.NextInt(2) == 0 ? "train" : "file")}\"; filename=\"{files[random.NextInt(files.Length)]}\"\r\n\r\n{contents[random.NextInt(contents.Length)]}\r\n--b{(random.NextInt(4) == 0 ? "" : "--")}\r\n");
    }

    private async Task<(int Status, string Answer)> CallAsync(HttpMethod method, string path, byte[]? body, string type, string what)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        var since = Stopwatch.GetTimestamp();
        using var response = await running.Studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var took = Stopwatch.GetElapsedTime(since);
        Assert.True(took < Longest, $"{what} took {took.TotalSeconds:0.0} s");
        return ((int)response.StatusCode, answer);
    }

    /// <summary>Whether a refusal is problem details that name a field, or say what is wrong.</summary>
    private static bool Names(string answer)
    {
        try
        {
            using var problem = JsonDocument.Parse(answer);
            return problem.RootElement.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Any() : problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { Length: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
