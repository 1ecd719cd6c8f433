using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using MtlStudio.Testing;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Four real data sets of four formats and a really pretrained model: imported by the API, launched and followed in the browser.</summary>
public sealed class RealDataTests(StudioFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RealMix_TrainsWithLora_WhenItsFilesWereImported()
    {
        var shared = SharedFolder.Need("data/README.md");
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var model = await PostAsync(client, "/api/v1/models/register", JsonContent.Create(new { path = SharedFolder.Need("data/pretrained/stories260K"), name = "stories260K" }));
        var tasks = new JsonArray(
            Task("sentiment", await ImportAsync(client, shared, "sentiment-reviews", "txt"), "classification", "{column1}\nGood?", " {column2}", new() { ["labelWords"] = new JsonObject { ["0"] = "no", ["1"] = "yes" } }),
            Task("spam", await ImportAsync(client, shared, "spam-sms", "tsv"), "classification", "{column2}\nKind:", " {column1}"),
            Task("maths", await ImportAsync(client, shared, "math-gsm8k", "parquet"), "generation", "{question}\n", "{answer}"),
            Task("swedish", await ImportAsync(client, shared, "translation-tatoeba-en-sv", "tsv"), "generation", "{column1}\n", "{column2}"));
        var spec = new JsonObject
        {
            ["version"] = 1, ["name"] = "four real tasks", ["model"] = new JsonObject { ["path"] = model.GetProperty("reference").GetString() }, ["tasks"] = tasks,
            ["peft"] = JsonNode.Parse("""{"name":"lora","options":{"rank":4,"targets":["q_proj","v_proj"]}}"""),
            ["training"] = JsonNode.Parse("""{"steps":12,"microBatch":4,"maxLength":192}"""),
            ["schedule"] = JsonNode.Parse("""{"name":"cosine","options":{"warmupSteps":2}}"""),
            ["evaluation"] = JsonNode.Parse("""{"every":6,"examples":8,"samples":2,"test":false}"""),
        };

        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/runs/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "JSON", Exact = true }).ClickAsync();
        var editor = page.Locator("[data-field='json']");
        await editor.FillAsync(spec.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        await editor.BlurAsync();
        await Expect(page.GetByText("Ready: 4 tasks, 12 steps.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(new System.Text.RegularExpressions.Regex("/runs/[0-9]+"));
        await Expect(page.Locator(".state", new() { HasText = "finished" }).First).ToBeVisibleAsync(new() { Timeout = 8 * 60_000 });
        await Expect(page.GetByText("swedish").First).ToBeVisibleAsync();
        await studio.ScreenshotAsync("real-run-light-1440");
        studio.AssertClean();

        var run = page.Url[(page.Url.LastIndexOf('/') + 1)..].Split('?')[0];
        var series = await client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}/series", Token);
        var losses = series.EnumerateArray().Where(one => one.GetProperty("name").GetString()!.StartsWith("loss/validation/", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, losses.Count);
        Assert.All(losses, one => Assert.Equal(3, one.GetProperty("points").GetInt32()));
    }

    private static JsonObject Task(string name, string dataset, string kind, string prompt, string answer, JsonObject? template = null)
    {
        template ??= [];
        (template["prompt"], template["answer"]) = (prompt, answer);
        return new() { ["name"] = name, ["kind"] = kind, ["data"] = new JsonObject { ["dataset"] = dataset, ["limit"] = 400 }, ["template"] = template, ["maxNewTokens"] = 12 };
    }

    private static async Task<string> ImportAsync(HttpClient client, string readme, string folder, string ending)
    {
        using var form = new MultipartFormDataContent();
        foreach (var split in new[] { "train", "validation", "test" })
            form.Add(new StreamContent(File.OpenRead(Path.Combine(Path.GetDirectoryName(readme)!, folder, $"{split}.{ending}"))), split, $"{split}.{ending}");
        return (await PostAsync(client, "/api/v1/datasets", form)).GetProperty("reference").GetString()!;
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, HttpContent content)
    {
        using var answer = await client.PostAsync(path, content, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}, {text}");
        return JsonElement.Parse(text);
    }
}
