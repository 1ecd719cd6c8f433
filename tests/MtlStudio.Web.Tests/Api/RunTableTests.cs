using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class RunTableTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestStudio Studio => running.Studio;

    [Fact]
    public async Task Table_FiltersSortsGroupsAndSavesItself()
    {
        var made = new List<long>();
        foreach (var (name, seed, steps) in new[] { ("first four", 1, 20), ("second, \"four\"", 2, 30), ("=third", 1, 40) })
        {
            var spec = running.Spec(steps, "stepMs=1");
            (spec["name"], spec["seed"], spec["tags"]) = (name, seed, new System.Text.Json.Nodes.JsonArray("fake:stepMs=1", "table"));
            made.Add(await running.LaunchAsync(spec));
        }
        foreach (var id in made) await running.UntilAsync(id, "finished");

        Assert.Equal([made[2], made[0]], await IdsAsync("runs?filter=tag=table and seed = 1&sort=training.steps"));
        Assert.Equal([made[0], made[1]], await IdsAsync("runs?filter=tag=table name~four&sort=steps&order=asc&state=finished"));
        Assert.Equal([made[1]], await IdsAsync("runs?filter=tag=table&sort=created&skip=1&take=1"));
        var refused = await Studio.RefusedAsync(HttpMethod.Get, "/api/v1/runs?filter=seed >&sort=a b", HttpStatusCode.BadRequest);
        Assert.Equal(["filter", "sort"], refused.Fields());
        Assert.Equal("A number was expected (at character 7)", refused.GetProperty("errors").GetProperty("filter")[0].GetString());
        refused = await Studio.RefusedAsync(HttpMethod.Get, "/api/v1/runs?filter=sed = 1", HttpStatusCode.BadRequest);
        Assert.Contains("did you mean seed?", refused.GetProperty("errors").GetProperty("filter")[0].GetString());

        var table = await Studio.GetAsync("runs/table?filter=tag=table&columns=name,training.steps,step&sort=-training.steps");
        Assert.Equal(3, table.GetProperty("total").GetInt32());
        Assert.Equal(["Name", "training.steps", "Step"], table.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("title").GetString()));
        Assert.Equal(["=third", "second, \"four\"", "first four"], table.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("values")[0].GetString()));
        Assert.Equal(JsonValueKind.Number, table.GetProperty("items")[0].GetProperty("values")[2].ValueKind);

        var groups = await Studio.GetAsync("runs/groups?filter=tag=table&group=seed&columns=training.steps&sort=seed");
        Assert.Equal([2, 1], groups.GetProperty("items").EnumerateArray().Select(group => group.GetProperty("count").GetInt32()));
        var steps1 = groups.GetProperty("items")[0].GetProperty("values")[0];
        Assert.Equal((30, 14.142135623730951), (steps1.GetProperty("mean").GetDouble(), steps1.GetProperty("deviation").GetDouble()));

        var csv = await Studio.Client.GetStringAsync("/api/v1/runs/table.csv?filter=tag=table&columns=id,name,training.steps&sort=training.steps", Token);
        Assert.Equal($"id,name,training.steps\r\n{made[0]},first four,20\r\n{made[1]},\"second, \"\"four\"\"\",30\r\n{made[2]}, =third,40\r\n", csv);
        await Studio.RefusedAsync(HttpMethod.Get, "/api/v1/runs/table.csv?filter=(", HttpStatusCode.BadRequest);
        var columns = (await Studio.GetAsync("runs/columns")).EnumerateArray().Select(column => column.GetProperty("name").GetString()).ToList();
        Assert.Superset(new HashSet<string?> { "policy", "training.steps", "tasks[qa].share" }, columns.ToHashSet());
    }

    [Fact]
    public async Task Views_AreSavedRenamedMadeDefaultAndDeleted_AndFaultsAreNamed()
    {
        var (first, location) = await Studio.SendAsync(HttpMethod.Post, "views", """{"name":"Mine","isDefault":true,"state":{"filter":"policy = pcgrad","columns":["name","metric(qa,f1)"],"sort":["-score"],"group":["policy"]}}""", HttpStatusCode.Created);
        var id = first.GetProperty("id").GetInt64();
        Assert.Equal($"/api/v1/views/{id}", location!.ToString());
        Assert.Equal("metric(qa,f1)", (await Studio.GetAsync($"views/{id}")).GetProperty("state").GetProperty("columns")[1].GetString());
        var (second, _) = await Studio.SendAsync(HttpMethod.Post, "views", """{"name":"Another"}""", HttpStatusCode.Created);
        await Studio.SendAsync(HttpMethod.Patch, $"views/{second.GetProperty("id")}", """{"isDefault":true,"name":"Zoo"}""", HttpStatusCode.OK);
        Assert.Equal([("Mine", false), ("Zoo", true)], (await Studio.GetAsync("views")).EnumerateArray().Select(view => (view.GetProperty("name").GetString()!, view.GetProperty("isDefault").GetBoolean())));

        Assert.Equal(["name", "state.columns[0]", "state.filter"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/views", HttpStatusCode.BadRequest,
            Json("""{"name":" ","state":{"filter":"policy =","columns":["a b"]}}"""))).Fields());
        Assert.Equal(["name"], (await Studio.RefusedAsync(HttpMethod.Patch, $"/api/v1/views/{id}", HttpStatusCode.BadRequest, Json("""{"name":"Zoo"}"""))).Fields());
        await Studio.SendAsync(HttpMethod.Delete, $"views/{id}", null, HttpStatusCode.NoContent);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete }) await Studio.RefusedAsync(method, $"/api/v1/views/{id}", HttpStatusCode.NotFound);
        await Studio.RefusedAsync(HttpMethod.Patch, $"/api/v1/views/{id}", HttpStatusCode.NotFound, Json("{}"));
    }

    [Fact]
    public async Task Deletion_IsUndoneWhole_WhileItCanBe()
    {
        var id = await running.LaunchAsync(running.Spec(20, "stepMs=1"));
        var before = await running.UntilAsync(id, "finished");
        await Studio.SendAsync(HttpMethod.Delete, $"runs/{id}", null, HttpStatusCode.NoContent);
        await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}", HttpStatusCode.NotFound);
        Assert.DoesNotContain(id, await IdsAsync("runs?take=1000"));
        Assert.True(Directory.Exists(new DataFolder(Studio.DataFolder).Run(id).Root));
        var (restored, _) = await Studio.SendAsync(HttpMethod.Post, $"runs/{id}/restore", null, HttpStatusCode.OK);
        Assert.Equal("finished", restored.GetProperty("state").GetString());
        Assert.Equal(before.GetRawText(), (await Studio.GetAsync($"runs/{id}")).GetRawText());
        Assert.Equal(20, (await Studio.GetAsync($"runs/{id}/points?series=loss/train/qa"))[0].GetProperty("x").GetArrayLength());
        await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs/999999/restore", HttpStatusCode.NotFound);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private async Task<List<long>> IdsAsync(string path) => [.. (await Studio.GetAsync(path)).GetProperty("items").EnumerateArray().Select(run => run.GetProperty("id").GetInt64())];
}
