using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Store;
using MtlStudio.Web.Tests.Hosting;
using MtlStudio.Web.Tests.Store.Reviews;

namespace MtlStudio.Web.Tests.Api;

/// <summary>A studio with two finished runs.</summary>
public sealed class ReviewingStudio : IAsyncLifetime
{
    public TestStudio Studio { get; private set; } = null!;
    public long Equal { get; private set; }
    public long Pcgrad { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Studio = await TestStudio.StartAsync();
        var (store, ingest) = (Studio.Service<RunStore>(), Studio.Service<RunIngest>());
        Equal = await ReviewedRuns.AddAsync(store, ingest, "equal", "qa", "summary");
        Pcgrad = await ReviewedRuns.AddAsync(store, ingest, "pcgrad", "qa", "summary");
    }

    public ValueTask DisposeAsync() => Studio.DisposeAsync();
}

public sealed class ReviewTests(ReviewingStudio reviewing) : IClassFixture<ReviewingStudio>
{
    private readonly TestStudio _studio = reviewing.Studio;
    private readonly long _equal = reviewing.Equal, _pcgrad = reviewing.Pcgrad;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Review_GoesFromRunsToResults_ThroughTheApiAlone()
    {
        var id = await CreateAsync("""{"tasks":["qa"],"perTask":6,"filter":"changed"}""");
        var review = await _studio.GetAsync($"reviews/{id}");
        Assert.Equal("of the 6 most changed, not of the task", review.GetProperty("scope").GetString());
        Assert.Equal(["equal", "pcgrad"], review.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("name").GetString()));
        Assert.Equal(id, (await _studio.GetAsync($"reviews?run={_equal}&text=QA")).GetProperty("items")[0].GetProperty("id").GetInt64());
        Assert.Equal(0, (await _studio.GetAsync("reviews?run=999")).GetProperty("total").GetInt32());

        // The first reviewer prefers "equal" wherever it says "right", which only the outputs tell.
        for (var turn = await NextAsync(id, "ann"); turn.TryGetProperty("item", out var item); turn = await NextAsync(id, "ann"))
        {
            var best = item.GetProperty("outputs").EnumerateArray().FirstOrDefault(output => output.GetProperty("text").GetString()!.StartsWith("right", StringComparison.Ordinal));
            var choice = best.ValueKind == JsonValueKind.Undefined ? "allBad" : best.GetProperty("position").GetString();
            await VoteAsync(id, item.GetProperty("number").GetInt32(), $$"""{"reviewer":"ann","choice":"{{choice}}","tags":{"A":["repeats"]},"note":"n"}""");
        }
        var results = await _studio.GetAsync($"reviews/{id}/results");
        Assert.Equal((6, 6, 0), (results.GetProperty("settled").GetInt32(), results.GetProperty("votes").GetInt32(), results.GetProperty("informed").GetInt32()));
        var pair = results.GetProperty("pairs")[0];
        Assert.Equal(("qa", 0, 1), (pair.GetProperty("task").GetString(), pair.GetProperty("first").GetInt32(), pair.GetProperty("second").GetInt32()));
        Assert.Equal(6, pair.GetProperty("firstWins").GetInt32() + pair.GetProperty("secondWins").GetInt32() + pair.GetProperty("allBad").GetInt32());
        Assert.Equal(6, results.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("tag").GetString() == "repeats").GetProperty("outputs").EnumerateArray().Sum(count => count.GetInt32()));

        var undone = (await _studio.SendAsync(HttpMethod.Post, $"reviews/{id}/undo", """{"reviewer":"ann"}""", HttpStatusCode.OK)).Body.GetProperty("undone").GetInt32();
        Assert.Equal(6, undone);
        Assert.Equal(5, (await NextAsync(id, "ann")).GetProperty("voted").GetInt32());
        await _studio.SendAsync(HttpMethod.Delete, $"reviews/{id}", null, HttpStatusCode.NoContent);
        await _studio.RefusedAsync(HttpMethod.Get, $"/api/v1/reviews/{id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task BlindItem_LeaksNothing_BeforeTheVote()
    {
        var id = await CreateAsync("""{"seed":5}""");
        for (var number = 1; number <= 24; number++)
        {
            var text = await TextAsync($"reviews/{id}/items/{number}?reviewer=ann");
            AssertBlind(text);
            // The same for whoever has no name.
            AssertBlind(await TextAsync($"reviews/{id}/items/{number}"));
        }
        AssertBlind(await TextAsync($"reviews/{id}/next?reviewer=ann"));
        AssertBlind(await TextAsync($"reviews/{id}/items?take=24&reviewer=ann"));

        var answer = await VoteAsync(id, 1, """{"reviewer":"ann","choice":"B"}""");
        AssertBlind(answer.GetRawText());
        var open = await _studio.GetAsync($"reviews/{id}/items/1?reviewer=ann");
        Assert.Equal(["equal", "pcgrad"], open.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("runName").GetString()).Order());
        Assert.StartsWith("reference of", open.GetProperty("references")[0].GetString());
        AssertBlind(await TextAsync($"reviews/{id}/items/1?reviewer=bob"));

        var revealed = (await _studio.SendAsync(HttpMethod.Post, $"reviews/{id}/items/2/reveal", """{"reviewer":"bob"}""", HttpStatusCode.OK)).Body;
        Assert.True(revealed.GetProperty("open").GetBoolean() && revealed.GetProperty("vote").GetProperty("revealed").GetBoolean());
        Assert.True((await VoteAsync(id, 2, """{"reviewer":"bob","choice":"A"}""")).GetProperty("vote").GetProperty("informed").GetBoolean());
    }

    [Fact]
    public async Task Positions_DoNotFollowTheRuns()
    {
        var id = await CreateAsync("{}");
        var review = await _studio.Service<ReviewStore>().GetAsync(id, Token);
        var orders = (await _studio.Service<ReviewVotes>().PageAsync(id, 0, 100, Token)).Select(pair => pair.Item.Order).ToList();
        Assert.Equal(24, review.ItemCount);
        Assert.InRange(orders.Count(order => order == "01"), 3, 21);
    }

    [Fact]
    public async Task Export_HoldsEveryItemAndVote_AsCsvAndAsJsonLines()
    {
        var id = await CreateAsync("""{"tasks":["qa"],"blind":false}""");
        await VoteAsync(id, 1, """{"reviewer":"ann, the first","choice":"A","note":"two\nlines","tags":{"B":["off topic"]}}""");
        await VoteAsync(id, 1, """{"reviewer":"bob","choice":"tie"}""");
        var csv = await TextAsync($"reviews/{id}/export");
        var header = csv[..csv.IndexOf("\r\n", StringComparison.Ordinal)].Split(',');
        Assert.Equal("item", header[0]);
        Assert.Contains("output_2", header);
        Assert.Equal(1 + ReviewedRuns.Examples + 1, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"ann, the first\",A,", csv);
        Assert.Contains("\"two\nlines\"", csv);
        Assert.Contains("B: off topic", csv);

        var lines = (await TextAsync($"reviews/{id}/export?format=jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(ReviewedRuns.Examples, lines.Count);
        Assert.Equal(["A", "tie"], lines[0].GetProperty("votes").EnumerateArray().Select(vote => vote.GetProperty("choice").GetString()));
        Assert.Equal(2, lines[0].GetProperty("outputs").GetArrayLength());
        Assert.Equal(["format"], (await _studio.RefusedAsync(HttpMethod.Get, $"/api/v1/reviews/{id}/export?format=xml", HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task Calls_NameTheField_WhenTheInputIsBad()
    {
        await RefusedAsync(HttpMethod.Post, "reviews", $$"""{"runs":[{"run":{{_equal}}}]}""", "runs");
        await RefusedAsync(HttpMethod.Post, "reviews", """{"runs":null,"perTask":0}""", "perTask", "runs");
        await RefusedAsync(HttpMethod.Post, "reviews", """{"rums":[]}""", "rums");
        var id = await CreateAsync("{}");
        await RefusedAsync(HttpMethod.Put, $"reviews/{id}/items/1/vote", """{"reviewer":"ann","choice":"C"}""", "choice");
        await RefusedAsync(HttpMethod.Put, $"reviews/{id}/items/1/vote", """{"reviewer":"ann","tags":{"Z":["repeats"]}}""", "tags");
        await RefusedAsync(HttpMethod.Put, $"reviews/{id}/items/1/vote", """{"choice":"A"}""", "reviewer");
        await RefusedAsync(HttpMethod.Patch, $"reviews/{id}", """{"name":" "}""", "name");
        Assert.Equal(["reviewer"], (await _studio.RefusedAsync(HttpMethod.Get, $"/api/v1/reviews/{id}/next", HttpStatusCode.BadRequest)).Fields());
        Assert.Equal(["take"], (await _studio.RefusedAsync(HttpMethod.Get, "/api/v1/reviews?take=0", HttpStatusCode.BadRequest)).Fields());
        await _studio.RefusedAsync(HttpMethod.Get, $"/api/v1/reviews/{id}/items/999", HttpStatusCode.NotFound);
        await _studio.RefusedAsync(HttpMethod.Post, $"/api/v1/reviews/{id}/undo", HttpStatusCode.Conflict, Json("""{"reviewer":"ann"}"""));
    }

    [Fact]
    public async Task Votes_OfTwoPeopleAtOnce_AllCount_AndOfOneInTwoBrowsersTheLast()
    {
        var id = await CreateAsync("""{"tasks":["qa"]}""");
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => VoteAsync(id, 1 + i / 2 % 3, $$"""{"reviewer":"{{(i % 2 == 0 ? "ann" : "bob")}}","choice":"{{(i < 12 ? "A" : "B")}}"}""")));
        await VoteAsync(id, 1, """{"reviewer":"ann","choice":"tie"}""");
        var lines = (await TextAsync($"reviews/{id}/export?format=jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.All(lines.Take(3), line => Assert.Equal(["ann", "bob"], line.GetProperty("votes").EnumerateArray().Select(vote => vote.GetProperty("reviewer").GetString()).Order()));
        Assert.Equal("tie", lines[0].GetProperty("votes").EnumerateArray().Single(vote => vote.GetProperty("reviewer").GetString() == "ann").GetProperty("choice").GetString());
        Assert.Equal(6, lines.Sum(line => line.GetProperty("votes").GetArrayLength()));

        // One deletes the review while the other votes on: each vote counts or is told that there is none.
        var votes = Enumerable.Range(0, 8).Select(async i =>
        {
            using var answer = await _studio.Client.PutAsync($"/api/v1/reviews/{id}/items/{1 + i % 3}/vote", Json("""{"reviewer":"cy","choice":"A"}"""), Token);
            return answer.StatusCode;
        }).ToList();
        await _studio.SendAsync(HttpMethod.Delete, $"reviews/{id}", null, HttpStatusCode.NoContent);
        Assert.All(await Task.WhenAll(votes), status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NotFound, status.ToString()));
    }

    /// <summary>No run's name, number, score or reference, and no field that says which output is whose.</summary>
    private static void AssertBlind(string json)
    {
        Assert.DoesNotContain("pcgrad", json);
        Assert.DoesNotContain("equal", json);
        Assert.DoesNotContain("reference", json);
        foreach (var field in new[] { "run", "runName", "step", "scores", "loss", "seed", "order", "place", "measure", "example", "decoding" }) Assert.DoesNotContain($"\"{field}\"", json);
    }

    private async Task<long> CreateAsync(string more)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(more)!.AsObject();
        body["runs"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["run"] = _equal }, new System.Text.Json.Nodes.JsonObject { ["run"] = _pcgrad });
        var (made, location) = await _studio.SendAsync(HttpMethod.Post, "reviews", body.ToJsonString(), HttpStatusCode.Created);
        var id = made.GetProperty("id").GetInt64();
        Assert.Equal($"/api/v1/reviews/{id}", location!.ToString());
        return id;
    }

    private Task<JsonElement> NextAsync(long id, string reviewer) => _studio.GetAsync($"reviews/{id}/next?reviewer={reviewer}");

    private async Task<JsonElement> VoteAsync(long id, int number, string json) => (await _studio.SendAsync(HttpMethod.Put, $"reviews/{id}/items/{number}/vote", json, HttpStatusCode.OK)).Body;

    private Task<string> TextAsync(string path) => _studio.Client.GetStringAsync($"/api/v1/{path}", Token);

    private async Task RefusedAsync(HttpMethod method, string path, string json, params string[] fields) =>
        Assert.Equal(fields, (await _studio.RefusedAsync(method, $"/api/v1/{path}", HttpStatusCode.BadRequest, Json(json))).Fields());

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
