using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Browser.Tests.Harness;

namespace MtlStudio.Browser.Tests;

/// <summary>A program's way through the whole loop: a CSV and a JSONL file in, a verdict out, by the API alone.</summary>
public sealed class ApiJourneyTests(StudioFixture fixture)
{
    private static readonly string Reviews = "text,label\n" + string.Concat(Enumerable.Range(0, 120).Select(i => $"The {(i % 3 == 0 ? "soup" : "bread")} of day {i} was {(i % 2 == 0 ? "lovely" : "stale")}.,{(i % 2 == 0 ? "good" : "bad")}\n"));
    private static readonly string Numbers = string.Concat(Enumerable.Range(0, 120).Select(i => $"{{\"question\":\"What comes after {i}?\",\"answer\":\"{i + 1}\"}}\n"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Files_BecomeAVerdict_ByTheApiAlone()
    {
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address + "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        var guesses = await DetectAsync(client);
        Assert.Equal(["reviews", "numbers"], guesses.EnumerateArray().Select(guess => guess.GetProperty("name").GetString()));
        var members = new JsonArray();
        foreach (var (guess, text) in guesses.EnumerateArray().Zip([Reviews, Numbers]))
        {
            Assert.True(guess.GetProperty("isReady").GetBoolean(), guess.ToString());
            using var form = new MultipartFormDataContent { { new StringContent(text), "file", guess.GetProperty("files")[0].GetProperty("name").GetString()! }, { new StringContent(guess.GetProperty("import").GetRawText()), "options" } };
            var dataset = await SendAsync(client, "datasets", form);
            var task = JsonNode.Parse(guess.GetProperty("task").GetRawText())!;
            task["data"] = new JsonObject { ["dataset"] = dataset.GetProperty("reference").GetString() };
            var kept = await SendAsync(client, "tasks", JsonContent.Create(new JsonObject { ["name"] = guess.GetProperty("name").GetString(), ["task"] = task }));
            members.Add(new JsonObject { ["task"] = kept.GetProperty("id").GetInt64() });
        }
        var mix = await SendAsync(client, "mixes", JsonContent.Create(new JsonObject { ["name"] = "api journey", ["members"] = members }));

        // The sample model, and as little training as gives every task a score.
        var preset = (await client.GetFromJsonAsync<JsonElement>("presets", Token))[0].GetProperty("spec");
        var model = preset.GetProperty("model").GetProperty("path").GetString()!;
        var spec = JsonNode.Parse((await SendAsync(client, $"mixes/{mix.GetProperty("id").GetInt64()}/spec?model={Uri.EscapeDataString(model)}", null)).GetRawText())!.AsObject();
        spec["training"] = JsonNode.Parse("""{"steps":8,"microBatch":4,"maxLength":96}""");
        spec["evaluation"] = JsonNode.Parse("""{"every":4,"examples":8,"samples":2}""");
        spec["checkpoints"] = JsonNode.Parse("""{"every":4}""");
        var run = await SendAsync(client, "runs?baselines=true", JsonContent.Create(spec));
        var id = run.GetProperty("id").GetInt64();
        var runs = await UntilEndedAsync(client);
        Assert.All(runs, one => Assert.Equal("finished", one.GetProperty("state").GetString()));

        var compared = await client.GetFromJsonAsync<JsonElement>($"compare?runs={id}&reference=baseline", Token);
        var tasks = compared.GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal(["numbers", "reviews"], tasks.Select(task => task.GetProperty("task").GetString()).Order(StringComparer.Ordinal));
        foreach (var value in tasks.Select(task => task.GetProperty("values")[0]))
        {
            Assert.True(value.GetProperty("verdict").GetString() is "helped" or "hurt" or "same" or "unclear" or "neither", value.ToString());
            Assert.Equal(value.GetProperty("value").GetDouble() - value.GetProperty("referenceValue").GetDouble(), value.GetProperty("delta").GetDouble(), 9);
            Assert.InRange(value.GetProperty("delta").GetDouble(), value.GetProperty("low").GetDouble(), value.GetProperty("high").GetDouble());
            Assert.NotEqual(id, value.GetProperty("referenceRun").GetInt64());
        }
        var untuned = await client.GetFromJsonAsync<JsonElement>($"compare?runs={id}&reference=untuned", Token);
        Assert.Equal(2, untuned.GetProperty("tasks").GetArrayLength());
    }

    private static async Task<JsonElement> DetectAsync(HttpClient client)
    {
        using var form = new MultipartFormDataContent { { new StringContent(Reviews), "file", "reviews.csv" }, { new StringContent(Numbers), "file", "numbers.jsonl" } };
        return (await SendAsync(client, "detect", form)).GetProperty("datasets");
    }

    private static async Task<IReadOnlyList<JsonElement>> UntilEndedAsync(HttpClient client)
    {
        for (var left = 480; ; left--)
        {
            var runs = (await client.GetFromJsonAsync<JsonElement>("runs?text=api%20journey&take=20", Token)).GetProperty("items").EnumerateArray().ToList();
            if (runs.Count == 3 && runs.TrueForAll(run => run.GetProperty("state").GetString() is "finished" or "failed" or "stopped")) return runs;
            Assert.True(left > 0, $"The runs have not ended: {string.Join(", ", runs.Select(run => $"{run.GetProperty("name")} {run.GetProperty("state")}"))}");
            await Task.Delay(1_000, Token);
        }
    }

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, HttpContent? content)
    {
        using var answer = await client.PostAsync(path, content, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
