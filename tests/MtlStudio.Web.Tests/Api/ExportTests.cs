using MtlStudio.TestRig;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Tests.Api;

public sealed class ExportTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_IsWrittenListedDownloadedAndUsedAsAModel()
    {
        var id = await FinishedAsync();
        var (begun, location) = await running.Studio.SendAsync(HttpMethod.Post, $"runs/{id}/export", """{"checkpoint":40,"merged":true}""", HttpStatusCode.Accepted);
        Assert.Equal($"/api/v1/runs/{id}/exports/step-00000040-merged", location!.ToString());
        Assert.Equal("merged", begun.GetProperty("form").GetString());
        var done = await UntilAsync(id, "step-00000040-merged", "done");
        Assert.Equal(["README.md", "config.json", "model.safetensors"], done.GetProperty("files").EnumerateArray().Select(file => Path.GetFileName(file.GetProperty("path").GetString())));
        Assert.Equal(done.GetProperty("bytes").GetInt64(), done.GetProperty("files").EnumerateArray().Sum(file => file.GetProperty("bytes").GetInt64()));

        using var zip = new ZipArchive(await DownloadAsync(done, "?format=zip"));
        Assert.Equal(["step-00000040-merged/README.md", "step-00000040-merged/config.json", "step-00000040-merged/model.safetensors"], zip.Entries.Select(entry => entry.FullName));
        using (var weights = new StreamReader(await zip.Entries[2].OpenAsync(Token))) Assert.Equal(FakeExport.Weights(40), await weights.ReadToEndAsync(Token));
        await using var tar = new TarReader(await DownloadAsync(done, "?format=tar"));
        Assert.Equal("step-00000040-merged/README.md", (await tar.GetNextEntryAsync(cancellationToken: Token))!.Name);
        Assert.Equal(FakeExport.Weights(40), await running.Studio.Client.GetStringAsync(done.GetProperty("files")[2].GetProperty("href").GetString(), Token));

        var (model, at) = await running.Studio.SendAsync(HttpMethod.Post, $"runs/{id}/exports/step-00000040-merged/model", null, HttpStatusCode.Created);
        Assert.Equal($"run, run {id}, step 40", model.GetProperty("model").GetProperty("name").GetString());
        Assert.StartsWith("/api/v1/models/", at!.ToString());

        // The same again is the same export, and nothing is written anew.
        var (again, _) = await running.Studio.SendAsync(HttpMethod.Post, $"runs/{id}/export", """{"checkpoint":"40","merged":true}""", HttpStatusCode.Accepted);
        Assert.Equal(done.GetProperty("endedAt").GetInt64(), again.GetProperty("endedAt").GetInt64());

        await running.Studio.SendAsync(HttpMethod.Delete, $"runs/{id}/exports/step-00000040-merged", null, HttpStatusCode.NoContent);
        Assert.Equal(0, (await running.Studio.GetAsync($"runs/{id}/exports")).GetArrayLength());
        Assert.DoesNotContain((await running.Studio.GetAsync($"runs/{id}/artifacts")).GetProperty("items").EnumerateArray(), file => file.GetProperty("path").GetString()!.StartsWith("exports/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Adapter_IsNoModelByItself()
    {
        var id = await FinishedAsync();
        var (begun, _) = await running.Studio.SendAsync(HttpMethod.Post, $"runs/{id}/export", "{}", HttpStatusCode.Accepted);
        var name = begun.GetProperty("name").GetString()!;
        // No checkpoint of the fake trainer is the best: the newest is taken.
        Assert.Equal("step-00000040-adapter", name);
        await UntilAsync(id, name, "done");
        var problem = await running.Studio.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{id}/exports/{name}/model", HttpStatusCode.BadRequest);
        Assert.Contains("export the checkpoint merged", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Export_IsRefused_WhenItsCheckpointIsNotThere()
    {
        var id = await FinishedAsync();
        foreach (var (body, says) in new[] { ("""{"checkpoint":7}""", "choose among 20, 40"), ("""{"checkpoint":"first"}""", "a step or \\\"best\\\""), ("""{"checkpoint":-1}""", "a step or") })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            var problem = await running.Studio.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{id}/export", HttpStatusCode.BadRequest, content);
            Assert.Equal(["checkpoint"], problem.Fields());
            Assert.Contains(says, problem.GetRawText().Replace("\\u0022", "\\\"", StringComparison.Ordinal));
        }
        await running.Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}/exports/step-00000020-merged", HttpStatusCode.NotFound);
        await running.Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}/exports/..%2F..%2Fspec/download", HttpStatusCode.NotFound);
        await running.Studio.RefusedAsync(HttpMethod.Get, "/api/v1/runs/999999/exports", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Export_FailsWithTheCause_WhenTheCheckpointWentOrTheDiskIsFull()
    {
        var id = await FinishedAsync();
        // The store still knows it; the disk does not.
        Directory.Delete(new RunFolder(Path.Combine(running.Studio.DataFolder, "runs", $"{id}")).Checkpoint(20), recursive: true);
        await running.Studio.SendAsync(HttpMethod.Post, $"runs/{id}/export", """{"checkpoint":20}""", HttpStatusCode.Accepted);
        var gone = await UntilAsync(id, "step-00000020-adapter", "failed");
        Assert.Equal("There is no checkpoint of step 20: it may have been removed by retention", gone.GetProperty("message").GetString());

        var full = await FinishedAsync("exportFails=1");
        await running.Studio.SendAsync(HttpMethod.Post, $"runs/{full}/export", """{"merged":true}""", HttpStatusCode.Accepted);
        var failed = await UntilAsync(full, "step-00000040-merged", "failed");
        Assert.StartsWith("The disk is full", failed.GetProperty("message").GetString());
        Assert.False(failed.TryGetProperty("download", out _));
    }

    [Fact]
    public async Task Export_EndsWithoutATrace_WhenItIsDeletedWhileItIsWritten()
    {
        var id = await FinishedAsync("exportMs=60000");
        await running.Studio.SendAsync(HttpMethod.Post, $"runs/{id}/export", """{"checkpoint":40}""", HttpStatusCode.Accepted);
        await UntilAsync(id, "step-00000040-adapter", "running");
        await running.Studio.SendAsync(HttpMethod.Delete, $"runs/{id}/exports/step-00000040-adapter", null, HttpStatusCode.NoContent);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(running.Studio.DataFolder, "runs", $"{id}", "exports")));
    }

    private async Task<long> FinishedAsync(params string[] traits)
    {
        var id = await running.LaunchAsync(running.Spec(40, ["stepMs=0", .. traits]));
        await running.UntilAsync(id, "finished");
        return id;
    }

    private async Task<Stream> DownloadAsync(JsonElement export, string query)
    {
        using var answer = await running.Studio.Client.GetAsync(export.GetProperty("download").GetString() + query, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        return new MemoryStream(await answer.Content.ReadAsByteArrayAsync(Token));
    }

    private async Task<JsonElement> UntilAsync(long id, string name, string state)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var export = await running.Studio.GetAsync($"runs/{id}/exports/{name}");
            if (export.GetProperty("state").GetString() == state) return export;
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"{export}");
            await Task.Delay(20, Token);
        }
    }
}
