using MtlStudio.Web.Samples;
using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Web.Api.Library;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class LibraryTests(LibraryTests.Fixture fixture) : IClassFixture<LibraryTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        public TestStudio Studio { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Studio = await TestStudio.StartAsync();
            // The samples are imported in the background: these tests look into the same folders.
            await Studio.Service<PresetLibrary>().AllAsync();
        }

        public ValueTask DisposeAsync() => Studio.DisposeAsync();
    }

    private TestStudio Studio => fixture.Studio;

    [Fact]
    public async Task Presets_AreReadyToLaunch_TheSampleFirst()
    {
        var presets = (await Studio.GetAsync("presets")).EnumerateArray().ToArray();
        Assert.Equal(Directory.GetFiles(PresetLibrary.Folder, "*.json").Length, presets.Length);
        Assert.Equal(["translation", "sentiment", "qa", "summarization"], presets[0].GetProperty("spec").GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("name").GetString()));
        foreach (var preset in presets)
        {
            Assert.NotEmpty(preset.GetProperty("name").GetString()!);
            Assert.NotEmpty(preset.GetProperty("description").GetString()!);
            await Studio.SendAsync(HttpMethod.Post, "specs/validate", preset.GetProperty("spec").GetRawText(), HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Dataset_IsImportedOnce_AndItsRowsAreTold()
    {
        using var form = new MultipartFormDataContent
        {
            { Text("{\"q\":\"1+1\",\"a\":2}\n{\"q\":\"2+2\",\"a\":4}\n"), "train", "sums.jsonl" },
            { Text("{\"q\":\"3+3\",\"a\":6}\n"), "test", "../../escape.jsonl" },
            { new StringContent("{\"name\":\"sums\"}"), "options" },
        };
        using var answer = await Studio.Client.PostAsync("/api/v1/datasets", form, TestContext.Current.CancellationToken);
        var made = await ApiClient.ReadAsync(answer, HttpStatusCode.Created);
        Assert.False(made.GetProperty("alreadyThere").GetBoolean());
        var reference = made.GetProperty("reference").GetString()!;
        Assert.StartsWith(DataFolder.HashPrefix, reference);
        Assert.Equal("sums", made.GetProperty("dataset").GetProperty("name").GetString());
        Assert.Equal("escape.jsonl", made.GetProperty("dataset").GetProperty("sources")[1].GetProperty("name").GetString());

        Assert.Equal(made.GetProperty("dataset").GetRawText(), (await Studio.GetAsync($"datasets/{reference}")).GetRawText());
        var rows = await Studio.GetAsync($"datasets/{reference}/rows?split=train&skip=1");
        Assert.Equal(2, rows.GetProperty("total").GetInt32());
        Assert.Equal("{\"q\":\"2+2\",\"a\":4}", rows.GetProperty("items")[0].GetRawText());
        Assert.Contains(reference, (await Studio.GetAsync("datasets?text=SUMS")).GetProperty("items").EnumerateArray().Select(item => DataFolder.HashPrefix + item.GetProperty("hash").GetString()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(new DataFolder(Studio.DataFolder).Uploads));

        using var again = new MultipartFormDataContent
        {
            { Text("{\"q\":\"1+1\",\"a\":2}\n{\"q\":\"2+2\",\"a\":4}\n"), "train", "other.jsonl" },
            { Text("{\"q\":\"3+3\",\"a\":6}\n"), "test", "other-test.jsonl" },
        };
        using var second = await Studio.Client.PostAsync("/api/v1/datasets", again, TestContext.Current.CancellationToken);
        var same = await ApiClient.ReadAsync(second, HttpStatusCode.Created);
        Assert.True(same.GetProperty("alreadyThere").GetBoolean());
        Assert.Equal(reference, same.GetProperty("reference").GetString());
    }

    [Theory]
    [InlineData("a.csv", "")]
    [InlineData("a.csv", "x,y\n1,2\n1,2,3\n")]
    [InlineData("a.jsonl", "{\"x\":1}\n{\"x\":")]
    public async Task Dataset_IsRefused_WhenAFileIsBad_AndNothingIsLeft(string name, string content)
    {
        var data = new DataFolder(Studio.DataFolder);
        using var form = new MultipartFormDataContent { { Text(content), "file", name } };
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", HttpStatusCode.BadRequest, form);
        Assert.DoesNotContain(data.Root, problem.GetRawText());
        Assert.Contains(name, problem.GetRawText());
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Uploads));
        Assert.DoesNotContain(Directory.EnumerateDirectories(data.Datasets), folder => Path.GetFileName(folder).StartsWith('.'));
    }

    [Fact]
    public async Task Dataset_LeavesBadRowsOut_AndListsThem_WhenAskedTo()
    {
        using var form = new MultipartFormDataContent { { Text("x,y\n1,2\n3\n5,6\n"), "train", "left.csv" }, { new StringContent("{\"skipBadRows\":true}"), "options" } };
        using var answer = await Studio.Client.PostAsync("/api/v1/datasets", form, TestContext.Current.CancellationToken);
        var dataset = (await ApiClient.ReadAsync(answer, HttpStatusCode.Created)).GetProperty("dataset");
        Assert.Equal(1, dataset.GetProperty("sources")[0].GetProperty("skipped").GetInt32());
        var listed = await Studio.Client.GetStringAsync($"/api/v1/datasets/{dataset.GetProperty("id")}/skipped", TestContext.Current.CancellationToken);
        Assert.StartsWith("{\"file\":\"left.csv\",\"line\":3,\"message\":\"it has 1 field, but the header has 2", listed, StringComparison.Ordinal);
        Assert.Single(listed.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Dataset_IsRefused_WhenTheFormIsBad()
    {
        using var empty = new MultipartFormDataContent { { new StringContent("{}"), "options" } };
        Assert.Equal(["file"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", HttpStatusCode.BadRequest, empty)).Fields());

        using var options = new MultipartFormDataContent { { Text("x\n1\n"), "file", "a.csv" }, { new StringContent("{\"nmae\":1}"), "options" } };
        Assert.StartsWith("options", (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", HttpStatusCode.BadRequest, options)).Fields()[0]);

        var torn = new ByteArrayContent(Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nx\n1\n"));
        torn.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        Assert.Equal(["body"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", HttpStatusCode.BadRequest, torn)).Fields());

        using var name = new MultipartFormDataContent { { Text("x\n1\n"), "file", ".." } };
        Assert.Equal(["file"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", HttpStatusCode.BadRequest, name)).Fields());
    }

    [Fact]
    public async Task Upload_GoesBeyondTheLimitOfOtherCalls()
    {
        var line = $"{{\"text\":\"{new string('a', 1000)}\"}}\n";
        var lines = new StringBuilder();
        for (var i = 0; i < 6000; i++) lines.Append(line);
        using var form = new MultipartFormDataContent { { Text(lines.ToString()), "train", "long.jsonl" } };
        using var answer = await Studio.Client.PostAsync("/api/v1/datasets", form, TestContext.Current.CancellationToken);
        var made = await ApiClient.ReadAsync(answer, HttpStatusCode.Created);
        Assert.Equal(6000, made.GetProperty("dataset").GetProperty("splits").GetProperty("train").GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Model_IsUploaded_AndRegistered_UnderTheSameHash()
    {
        using var form = new MultipartFormDataContent
        {
            { Text("{\"model_type\":\"llama\"}"), "file", "config.json" },
            { Text(NoTensors), "file", "model.safetensors" },
            { new StringContent("tiny"), "name" },
        };
        using var answer = await Studio.Client.PostAsync("/api/v1/models", form, TestContext.Current.CancellationToken);
        var made = await ApiClient.ReadAsync(answer, HttpStatusCode.Created);
        var reference = made.GetProperty("reference").GetString()!;
        Assert.Equal("tiny", (await Studio.GetAsync($"models/{reference}")).GetProperty("name").GetString());

        var folder = Directory.CreateTempSubdirectory("mtlstudio-model-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), "{\"model_type\":\"llama\"}");
            File.WriteAllText(Path.Combine(folder, "model.safetensors"), NoTensors);
            var (body, location) = await Studio.SendAsync(HttpMethod.Post, "models/register", JsonSerializer.Serialize(new { path = folder }), HttpStatusCode.Created);
            Assert.Equal(reference, body.GetProperty("reference").GetString());
            Assert.EndsWith(reference[DataFolder.HashPrefix.Length..], location!.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("{\"path\":\"relative\"}", "path")]
    [InlineData("{\"path\":\"/no/such/folder\"}", "path")]
    [InlineData("{\"path\":\"/\"}", "model")]
    [InlineData("{\"path\":7}", "path")]
    public async Task Model_IsRefused_WhenTheFolderIsNone(string body, string field)
    {
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/models/register", HttpStatusCode.BadRequest, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal([field], problem.Fields());
    }

    [Fact]
    public async Task Model_IsRefused_WithoutTellingWhereItsFilesLay()
    {
        using var form = new MultipartFormDataContent { { Text("{}"), "file", "config.json" } };
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/models", HttpStatusCode.BadRequest, form);
        Assert.Contains("safetensors", problem.GetRawText());
        Assert.DoesNotContain(Studio.DataFolder, problem.GetRawText());
    }

    [Fact]
    public async Task Model_IsSentAsAZip_AndDeliveredTwiceIsTheSame()
    {
        var (status, body) = await SendZipAsync("zipped.zip", ("export/config.json", "{\"model_type\":\"llama\",\"zip\":1}"), ("export/model.safetensors", NoTensors));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("zipped", body.GetProperty("model").GetProperty("name").GetString());
        var listed = await Studio.GetAsync("models?text=zipped");
        Assert.Equal(1, listed.GetProperty("total").GetInt32());
        var (_, again) = await SendZipAsync("other.zip", ("config.json", "{\"model_type\":\"llama\",\"zip\":1}"), ("model.safetensors", NoTensors));
        Assert.Equal(body.GetProperty("reference").GetString(), again.GetProperty("reference").GetString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(new DataFolder(Studio.DataFolder).Uploads));
    }

    [Theory]
    [InlineData("../config.json", "{}", "bad.zip", "leads out of the folder")]
    [InlineData("notes.txt", "hello", "bad.zip", "holds no config.json")]
    [InlineData("config.json", "{}", "model", "has no *.safetensors")]
    [InlineData("model.safetensors", "no weights at all", "model.safetensors", "it is cut off or no safetensors file")]
    public async Task Model_IsRefusedWithReasons_WhenTheZipIsBroken(string entry, string text, string field, string reason)
    {
        (string, string)[] entries = entry == "model.safetensors" ? [("config.json", "{}"), (entry, text)] : [(entry, text)];
        var (status, problem) = await SendZipAsync("bad.zip", entries);
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, Assert.Single(problem.Fields())));
        Assert.Contains(reason, problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Studio.DataFolder, problem.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(new DataFolder(Studio.DataFolder).Uploads));
    }

    private async Task<(HttpStatusCode, JsonElement)> SendZipAsync(string name, params (string Name, string Text)[] entries)
    {
        using var memory = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(memory, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (entry, text) in entries)
            {
                await using var writer = new StreamWriter(await archive.CreateEntry(entry).OpenAsync(TestContext.Current.CancellationToken));
                await writer.WriteAsync(text);
            }
        using var form = new MultipartFormDataContent { { new ByteArrayContent(memory.ToArray()), "file", name } };
        using var answer = await Studio.Client.PostAsync("/api/v1/models", form, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    // Weights without a tensor: a header of two bytes, "{}".
    internal const string NoTensors = "\u0002\0\0\0\0\0\0\0{}";

    private static ByteArrayContent Text(string text) => new(Encoding.UTF8.GetBytes(text));
}
