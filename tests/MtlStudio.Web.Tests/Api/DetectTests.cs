using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class DetectTests(LibraryTests.Fixture fixture) : IClassFixture<LibraryTests.Fixture>
{
    private static readonly string Reviews = "text,label\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"This is review number {i}.,{(i % 2 == 0 ? "good" : "bad")}\n"));

    private TestStudio Studio => fixture.Studio;

    [Fact]
    public async Task Detect_GuessesTasks_AndKeepsNothing_WhenFilesAreSent()
    {
        using var form = new MultipartFormDataContent
        {
            { Text(Reviews), "file", "reviews.csv" },
            { Text("{\"question\":\"What is one and one?\",\"answer\":\"Two, of course.\"}\n{\"question\":\"And two and two?\",\"answer\":\"Four.\"}\n"), "file", "sums/train.jsonl" },
            { Text("text,label\nonly one field\n"), "file", "bad.csv" },
        };
        using var answer = await Studio.Client.PostAsync("/api/v1/detect", form, TestContext.Current.CancellationToken);
        var datasets = (await ApiClient.ReadAsync(answer, HttpStatusCode.OK)).GetProperty("datasets");
        Assert.Equal(["reviews", "sums", "bad"], datasets.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal("classification", datasets[0].GetProperty("form").GetString());
        Assert.Equal("{text}\nLabel (bad or good):", datasets[0].GetProperty("task").GetProperty("template").GetProperty("prompt").GetString());
        Assert.Equal("questionAnswering", datasets[1].GetProperty("form").GetString());
        Assert.True(datasets[1].GetProperty("isReady").GetBoolean());
        var fault = datasets[2].GetProperty("faults")[0];
        Assert.Equal(("error", "bad.csv", 2), (fault.GetProperty("severity").GetString(), fault.GetProperty("file").GetString(), fault.GetProperty("line").GetInt32()));
        var data = new DataFolder(Studio.DataFolder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Uploads));
    }

    [Fact]
    public async Task Detect_ReadsTheStudiosOwnMachine_WhenAPathIsGiven()
    {
        var folder = Directory.CreateTempSubdirectory("mtl-detect-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "train.csv"), Reviews, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.csv"), Reviews, TestContext.Current.CancellationToken);
            var (found, _) = await Studio.SendAsync(HttpMethod.Post, "detect", JsonSerializer.Serialize(new { path = folder.FullName }), HttpStatusCode.OK);
            Assert.Equal([folder.Name + "/train.csv", folder.Name + "/test.csv"], found.GetProperty("datasets")[0].GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("{\"path\":\"../secret\"}", "is no full path")]
    [InlineData("{\"path\":\"/no/such/folder\"}", "There is no file or folder /no/such/folder")]
    [InlineData("{}", "is no full path")]
    public async Task Detect_NamesThePath_WhenItLeadsNowhere(string body, string expected)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/detect", HttpStatusCode.BadRequest, content);
        Assert.Contains(expected, problem.GetProperty("errors").GetProperty("path")[0].GetString());
    }

    [Fact]
    public async Task Detect_NamesTheLimit_WhenThereAreTooManyFiles()
    {
        using var form = new MultipartFormDataContent();
        for (var i = 0; i < 51; i++) form.Add(Text("a\n"), "file", $"{i}.txt");
        Assert.Equal(["files"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/detect", HttpStatusCode.BadRequest, form)).Fields());
    }

    private static StringContent Text(string content) => new(content, Encoding.UTF8);
}
