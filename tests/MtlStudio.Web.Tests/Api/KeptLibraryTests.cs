using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.IO;
using MtlStudio.Web.Library;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

/// <summary>Datasets, tasks, mixes and models as kept, versioned things, over HTTP alone.</summary>
public sealed class KeptLibraryTests(KeptLibraryTests.Fixture fixture) : IClassFixture<KeptLibraryTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        public TestStudio Studio { get; private set; } = null!;
        public string Model { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Studio = await TestStudio.StartAsync();
            Model = (await Studio.Service<PresetLibrary>().AllAsync())[0].Spec.Model.Path;
        }

        public ValueTask DisposeAsync() => Studio.DisposeAsync();
    }

    private TestStudio Studio => fixture.Studio;

    [Fact]
    public async Task FromCsvToSpec_ThroughTaskAndMix_OverTheApiAlone()
    {
        var reviews = await ImportAsync("colours", "text,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"the sky is {(i % 2 == 0 ? "blue" : "red")} {i},{(i % 2 == 0 ? "good" : "bad")}\n")));
        var (first, _) = await SendAsync("tasks", Task("colour-mood", reviews, "{text}\n", "{label}", kind: "classification"), HttpStatusCode.Created);
        Assert.Equal(1, first.GetProperty("version").GetInt32());
        var (second, _) = await SendAsync("tasks", Task("colour-text", reviews, "{label}\n", "{text}"), HttpStatusCode.Created);

        var mix = new JsonObject
        {
            ["name"] = "two colours",
            ["members"] = new JsonArray(Member(first, 2, 2), Member(second, 1, 1)),
            ["sampler"] = new JsonObject { ["name"] = "explicit" },
        };
        var preview = mix.DeepClone().AsObject();
        preview.Remove("name");
        (preview["steps"], preview["model"]) = (10, fixture.Model);
        var (plan, _) = await SendAsync("mixes/preview", preview, HttpStatusCode.OK);
        Assert.Equal("explicit", plan.GetProperty("sampler").GetString());
        var outlook = plan.GetProperty("samplers").EnumerateArray().Single(sampler => sampler.GetProperty("sampler").GetString() == "explicit").GetProperty("tasks");
        Assert.Equal(2 / 3.0, outlook[0].GetProperty("share").GetDouble(), 9);
        Assert.Equal(4 / 5.0, outlook[0].GetProperty("pull").GetDouble(), 9); // 2 : 1 in both is 4 : 1
        Assert.Equal(2 / 3.0 * 10 * 2 * 8, outlook[0].GetProperty("examples").GetDouble(), 6);
        Assert.True(outlook[1].GetProperty("trainedTokens").GetDouble() > outlook[0].GetProperty("trainedTokens").GetDouble(), "the long answers make the tokens");

        var (made, location) = await SendAsync("mixes", mix, HttpStatusCode.Created);
        Assert.Equal($"/api/v1/mixes/{made.GetProperty("id")}", location!.ToString());
        var (spec, _) = await SendAsync($"mixes/{made.GetProperty("id")}/spec?model={fixture.Model}", null, HttpStatusCode.OK);
        Assert.Equal("fixed", spec.GetProperty("weighting").GetProperty("name").GetString());
        Assert.Equal(["colour-mood", "colour-text"], spec.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("name").GetString()));
        await Studio.SendAsync(HttpMethod.Post, "specs/validate", spec.GetRawText(), HttpStatusCode.NoContent);

        // What is built on is not deleted, and the answer names who builds on it.
        var refused = await Studio.RefusedAsync(HttpMethod.Delete, $"/api/v1/tasks/{first.GetProperty("id")}", HttpStatusCode.Conflict);
        Assert.Equal("two colours", refused.GetProperty("users")[0].GetProperty("name").GetString());
        Assert.Equal("two colours", (await Studio.GetAsync($"tasks/{first.GetProperty("id")}/uses"))[0].GetProperty("name").GetString());
        await Studio.SendAsync(HttpMethod.Delete, $"mixes/{made.GetProperty("id")}", null, HttpStatusCode.NoContent);
        await Studio.SendAsync(HttpMethod.Delete, $"tasks/{first.GetProperty("id")}", null, HttpStatusCode.NoContent);
        await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/tasks/{first.GetProperty("id")}", HttpStatusCode.NotFound);
        var (back, _) = await SendAsync($"tasks/{first.GetProperty("id")}/restore", null, HttpStatusCode.OK);
        Assert.Equal("colour-mood", back.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Edit_MakesAVersion_AndTheOldOneStays()
    {
        var data = await ImportAsync("versions", "q,a\n1+1,2\n2+2,4\n3+3,6\n");
        var (task, _) = await SendAsync("tasks", Task("sums", data, "{q} = ", "{a}"), HttpStatusCode.Created);
        var path = $"tasks/{task.GetProperty("id")}";
        var edit = new JsonObject { ["task"] = Task("", data, "What is {q}?\n", "{a}")["task"]!.DeepClone(), ["change"] = "asks in words" };
        var (second, _) = await SendAsync($"{path}/versions", edit, HttpStatusCode.Created);
        Assert.Equal(2, second.GetProperty("version").GetInt32());
        Assert.Equal("{q} = ", (await Studio.GetAsync($"{path}?version=1")).GetProperty("task").GetProperty("template").GetProperty("prompt").GetString());
        Assert.Equal(["asks in words", null], (await Studio.GetAsync($"{path}/versions")).EnumerateArray().Select(version => version.TryGetProperty("note", out var note) ? note.GetString() : null));
        // The same again is no version.
        Assert.Equal(2, (await SendAsync($"{path}/versions", edit.DeepClone().AsObject(), HttpStatusCode.Created)).Body.GetProperty("version").GetInt32());

        var (renamed, _) = await Studio.SendAsync(HttpMethod.Patch, path, "{\"name\":\"additions\",\"note\":\"small numbers\"}", HttpStatusCode.OK);
        Assert.Equal(("additions", 2), (renamed.GetProperty("task").GetProperty("name").GetString(), renamed.GetProperty("version").GetInt32()));
        var (copy, _) = await SendAsync($"{path}/clone", null, HttpStatusCode.Created);
        Assert.Equal(("additions-copy", 1), (copy.GetProperty("name").GetString(), copy.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Dataset_GetsItsNextVersion_AndTellsStatistics()
    {
        var first = await ImportAsync("moods", "text,label\nfine,good\nbad day,bad\nok,good\n,good\nso,so\nwell,good\n");
        var entry = await Studio.GetAsync($"datasets/{first}");
        var id = entry.GetProperty("id").GetInt64();
        var second = await ImportAsync("moods", "text,label\nother,good\nrows,bad\nhere,good\n");
        Assert.NotEqual(first, second);
        Assert.Equal((2, second), ((await Studio.GetAsync($"datasets/{id}")).GetProperty("version").GetInt32(), (await Studio.GetAsync($"datasets/{id}")).GetProperty("reference").GetString()));
        Assert.Equal(first, (await Studio.GetAsync($"datasets/{id}?version=1")).GetProperty("reference").GetString());
        Assert.Equal(6, (await Studio.GetAsync($"datasets/{id}/rows?version=1")).GetProperty("total").GetInt32() + Sum(entry, "validation") + Sum(entry, "test"));

        var statistics = await Studio.GetAsync($"datasets/{id}/statistics?version=1");
        var columns = statistics.GetProperty("train").EnumerateArray().Select(column => column.GetProperty("column").GetString());
        Assert.Equal(["text", "label"], columns);
        Assert.Equal(statistics.GetRawText(), (await Studio.GetAsync($"datasets/{first}/statistics")).GetRawText());
    }

    [Fact]
    public async Task Preview_TellsTokensByTheirFate_AndCountsTheSplit()
    {
        var data = await ImportAsync("long prompts", "q,a\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{string.Concat(Enumerable.Repeat("word ", i * 3))}{i},answer {i}\n")));
        var request = new JsonObject { ["task"] = Task("", data, "{q}\n", "{a}")["task"]!.DeepClone(), ["model"] = fixture.Model, ["row"] = 12, ["maxLength"] = 16, ["count"] = 100 };
        var (preview, _) = await SendAsync("tasks/preview", request, HttpStatusCode.OK);
        var tokens = preview.GetProperty("tokens").GetProperty("tokens").EnumerateArray().ToArray();
        Assert.Equal(["cut", "masked", "trained"], tokens.Select(token => token.GetProperty("fate").GetString()!).Distinct().Order(StringComparer.Ordinal));
        // Every character of prompt and answer is shown once, in its order.
        Assert.Equal(preview.GetProperty("prompt").GetString() + preview.GetProperty("answer").GetString(), string.Concat(tokens.Where(token => !token.GetProperty("special").GetBoolean()).Select(token => token.GetProperty("text").GetString())));
        Assert.Equal(16, tokens.Count(token => token.GetProperty("fate").GetString() != "cut"));
        var counts = preview.GetProperty("counts");
        Assert.Equal(preview.GetProperty("rows").GetInt32(), counts.GetProperty("counted").GetInt32());
        Assert.InRange(counts.GetProperty("promptCut").GetInt32(), 5, 19);
        Assert.True(counts.GetProperty("longestLength").GetInt32() > 16);
    }

    [Fact]
    public async Task Samples_AreAdopted_AndHeldByTheirPresets()
    {
        await Studio.Service<LibraryKeeper>().AdoptAsync(now: true, TestContext.Current.CancellationToken);
        var model = (await Studio.GetAsync("models")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("reference").GetString() == fixture.Model);
        Assert.True(model.GetProperty("parameters").GetInt64() > 100_000);
        Assert.True(model.GetProperty("contextLength").GetInt32() > 0);
        var refused = await Studio.RefusedAsync(HttpMethod.Delete, $"/api/v1/models/{model.GetProperty("id")}", HttpStatusCode.Conflict);
        Assert.Equal("preset", refused.GetProperty("users")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Dataset_IsGoneFromTheDisk_OnceADeletionCannotBeUndone()
    {
        var reference = await ImportAsync("short-lived", "q,a\nx,y\nz,w\nu,v\n");
        var id = (await Studio.GetAsync($"datasets/{reference}")).GetProperty("id").GetInt64();
        await Studio.SendAsync(HttpMethod.Delete, $"datasets/{id}", null, HttpStatusCode.NoContent);
        await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/datasets/{reference}", HttpStatusCode.NotFound);
        // Importing it again takes the deletion back.
        Assert.Equal(reference, await ImportAsync("short-lived", "q,a\nx,y\nz,w\nu,v\n"));
        Assert.Equal(id, (await Studio.GetAsync($"datasets/{reference}")).GetProperty("id").GetInt64());
        Assert.True(Directory.Exists(Path.Combine(new DataFolder(Studio.DataFolder).Datasets, reference[DataFolder.HashPrefix.Length..])));
    }

    [Theory]
    [InlineData("tasks", "{}", "task")]
    [InlineData("tasks", "{\"name\":\"t\",\"task\":{}}", "task.data.dataset", "task.template.answer")]
    [InlineData("tasks", "{\"name\":\"t\",\"task\":{\"data\":{\"dataset\":\"../../etc\"},\"template\":{\"answer\":\"{a}\"}}}", "task.data.dataset")]
    [InlineData("tasks", "{\"name\":\"t\",\"task\":{\"data\":{\"dataset\":\"$DATA\"},\"kind\":\"song\",\"template\":{\"prompt\":\"{nope}\",\"answer\":\"{a\"}}}", "task.kind", "task.template.answer")]
    [InlineData("tasks", "{\"name\":\"t\",\"task\":{\"data\":{\"dataset\":\"$DATA\"},\"template\":{\"prompt\":\"{nope}\",\"answer\":\"{a}\"}}}", "task.template.prompt")]
    [InlineData("tasks", "{\"name\":\"no good\",\"task\":{\"data\":{\"dataset\":\"$DATA\"},\"template\":{\"prompt\":\"{q}\",\"answer\":\"{a}\"}}}", "name")]
    [InlineData("tasks/preview", "{\"task\":{\"data\":{\"dataset\":\"$DATA\"},\"template\":{\"prompt\":\"{q}\",\"answer\":\"{a}\"}},\"maxLength\":1,\"row\":-1,\"count\":-3}", "count", "maxLength", "row")]
    [InlineData("tasks/preview", "{\"task\":{\"data\":{\"dataset\":\"$DATA\"},\"template\":{\"prompt\":\"{q}\",\"answer\":\"{a}\"}},\"split\":\"exam\"}", "split")]
    [InlineData("mixes", "{\"name\":\"m\"}", "members")]
    [InlineData("mixes", "{\"name\":\"m\",\"members\":[{\"task\":987654}]}", "members[0].task")]
    [InlineData("mixes/preview", "{\"members\":[],\"steps\":0}", "steps")]
    public async Task Fault_IsNamedByItsField(string path, string body, params string[] fields)
    {
        var data = await ImportAsync("plain", "q,a\nx,y\nz,w\nu,v\n");
        using var content = new StringContent(body.Replace("$DATA", data, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        var problem = await Studio.RefusedAsync(HttpMethod.Post, $"/api/v1/{path}", HttpStatusCode.BadRequest, content);
        Assert.Equal(fields, problem.Fields());
    }

    [Theory]
    [InlineData("datasets/nothing")]
    [InlineData("datasets/999999")]
    [InlineData("datasets/..%2F..%2Fetc/rows")]
    [InlineData("models/999999")]
    [InlineData("tasks/999999/versions")]
    [InlineData("mixes/999999/uses")]
    public async Task What_IsNotThere_IsNotFound(string path) => await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/{path}", HttpStatusCode.NotFound);

    private static int Sum(JsonElement dataset, string split) => dataset.GetProperty("splits").GetProperty(split).GetProperty("rows").GetInt32();

    private static JsonObject Task(string name, string data, string prompt, string answer, string kind = "generation") => new()
    {
        ["name"] = name,
        ["task"] = new JsonObject
        {
            ["kind"] = kind,
            ["data"] = new JsonObject { ["dataset"] = data },
            ["template"] = new JsonObject { ["prompt"] = prompt, ["answer"] = answer },
        },
    };

    private static JsonObject Member(JsonElement task, double share, double lossWeight) => new() { ["task"] = task.GetProperty("id").GetInt64(), ["share"] = share, ["lossWeight"] = lossWeight };

    private Task<(JsonElement Body, Uri? Location)> SendAsync(string path, JsonObject? body, HttpStatusCode expected) => Studio.SendAsync(HttpMethod.Post, path, body?.ToJsonString(), expected);

    private async Task<string> ImportAsync(string name, string csv)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "data.csv" }, { new StringContent(JsonSerializer.Serialize(new { name })), "options" } };
        using var answer = await Studio.Client.PostAsync("/api/v1/datasets", form, TestContext.Current.CancellationToken);
        return (await ApiClient.ReadAsync(answer, HttpStatusCode.Created)).GetProperty("reference").GetString()!;
    }
}
