using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Browser.Tests.Harness;

namespace MtlStudio.Browser.Tests;

/// <summary>A program's way through the whole loop: files in, a verdict out, by the API alone; for tasks that answer by text and for those that have heads.</summary>
public sealed class ApiJourneyTests(StudioFixture fixture)
{
    private static readonly string Reviews = "text,label\n" + string.Concat(Enumerable.Range(0, 120).Select(i => $"The {(i % 3 == 0 ? "soup" : "bread")} of day {i} was {(i % 2 == 0 ? "lovely" : "stale")}.,{(i % 2 == 0 ? "good" : "bad")}\n"));
    private static readonly string Numbers = string.Concat(Enumerable.Range(0, 120).Select(i => $"{{\"question\":\"What comes after {i}?\",\"answer\":\"{i + 1}\"}}\n"));

    private static readonly string Scores = string.Concat(Enumerable.Range(0, 120).Select(i => $"{{\"score\":{i % 6 / 2.0},\"sentence1\":\"A heap of {i} stones lies here.\",\"sentence2\":\"There are {i + i % 6} stones in the heap.\"}}\n"));
    private static readonly string Tags = string.Concat(Enumerable.Range(0, 120).Select(i => $"{{\"tokens\":[\"Day\",\"{i}\",\"in\",\"{(i % 2 == 0 ? "Rome" : "Oslo")}\",\"was\",\"long\"],\"ner_tags\":[\"O\",\"B-number\",\"O\",\"B-place\",\"O\",\"O\"]}}\n"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("api journey", "reviews.csv", "classification", "numbers.jsonl", "generation")]
    [InlineData("api heads", "scores.jsonl", "regression", "tags.jsonl", "token-tagging")]
    public async Task Files_BecomeAVerdict_ByTheApiAlone(string name, string firstFile, string firstKind, string secondFile, string secondKind)
    {
        (string File, string Text)[] files = [(firstFile, TextOf(firstFile)), (secondFile, TextOf(secondFile))];
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address + "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        var guesses = await DetectAsync(client, files);
        var names = files.Select(file => Path.GetFileNameWithoutExtension(file.File)).ToList();
        Assert.Equal(names, guesses.EnumerateArray().Select(guess => guess.GetProperty("name").GetString()));
        Assert.Equal([firstKind, secondKind], guesses.EnumerateArray().Select(guess => guess.GetProperty("task").GetProperty("kind").GetString()));
        var members = new JsonArray();
        foreach (var (guess, text) in guesses.EnumerateArray().Zip(files.Select(file => file.Text)))
        {
            Assert.True(guess.GetProperty("isReady").GetBoolean(), guess.ToString());
            using var form = new MultipartFormDataContent { { new StringContent(text), "file", guess.GetProperty("files")[0].GetProperty("name").GetString()! }, { new StringContent(guess.GetProperty("import").GetRawText()), "options" } };
            var dataset = await SendAsync(client, "datasets", form);
            var task = JsonNode.Parse(guess.GetProperty("task").GetRawText())!;
            task["data"] = new JsonObject { ["dataset"] = dataset.GetProperty("reference").GetString() };
            var kept = await SendAsync(client, "tasks", JsonContent.Create(new JsonObject { ["name"] = guess.GetProperty("name").GetString(), ["task"] = task }));
            members.Add(new JsonObject { ["task"] = kept.GetProperty("id").GetInt64() });
        }
        var mix = await SendAsync(client, "mixes", JsonContent.Create(new JsonObject { ["name"] = name, ["members"] = members }));

        // The sample model, and as little training as gives every task a score.
        var preset = (await client.GetFromJsonAsync<JsonElement>("presets", Token))[0].GetProperty("spec");
        var model = preset.GetProperty("model").GetProperty("path").GetString()!;
        var spec = JsonNode.Parse((await SendAsync(client, $"mixes/{mix.GetProperty("id").GetInt64()}/spec?model={Uri.EscapeDataString(model)}", null)).GetRawText())!.AsObject();
        spec["training"] = JsonNode.Parse("""{"steps":8,"microBatch":4,"maxLength":96}""");
        spec["evaluation"] = JsonNode.Parse("""{"every":4,"examples":8,"samples":2}""");
        spec["checkpoints"] = JsonNode.Parse("""{"every":4}""");
        var run = await SendAsync(client, "runs?baselines=true", JsonContent.Create(spec));
        var id = run.GetProperty("id").GetInt64();
        var runs = await UntilEndedAsync(client, name);
        Assert.All(runs, one => Assert.Equal("finished", one.GetProperty("state").GetString()));

        var compared = await client.GetFromJsonAsync<JsonElement>($"compare?runs={id}&reference=baseline", Token);
        var tasks = compared.GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), tasks.Select(task => task.GetProperty("task").GetString()).Order(StringComparer.Ordinal));
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

    private static string TextOf(string file) => file switch { "reviews.csv" => Reviews, "numbers.jsonl" => Numbers, "scores.jsonl" => Scores, _ => Tags };

    private static async Task<JsonElement> DetectAsync(HttpClient client, IEnumerable<(string File, string Text)> files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (file, text) in files) form.Add(new StringContent(text), "file", file);
        return (await SendAsync(client, "detect", form)).GetProperty("datasets");
    }

    private static async Task<IReadOnlyList<JsonElement>> UntilEndedAsync(HttpClient client, string name)
    {
        for (var left = 480; ; left--)
        {
            var runs = (await client.GetFromJsonAsync<JsonElement>($"runs?text={Uri.EscapeDataString(name)}&take=20", Token)).GetProperty("items").EnumerateArray().ToList();
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
