using System.Net;
using System.Text;
using MtlStudio.Core.IO;
using MtlStudio.Web.Staging;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class UploadTests(LibraryTests.Fixture fixture) : IClassFixture<LibraryTests.Fixture>
{
    private TestStudio Studio => fixture.Studio;

    [Fact]
    public async Task Upload_KeepsFilesUntilTheyAreThrownAway()
    {
        var (made, location) = await Studio.SendAsync(HttpMethod.Post, "uploads", null, HttpStatusCode.Created);
        var id = made.GetProperty("id").GetString()!;
        Assert.Equal($"/api/v1/uploads/{id}", location!.ToString());
        Assert.Equal((0, "sums/train.csv", 8), await PutAsync(id, "folder/sums/train.csv", "q,a\n1,2\n"));
        Assert.Equal((1, "b.csv", 4), await PutAsync(id, "b.csv", "q,a\n"));
        Assert.Equal((0, "sums/train.csv", 4), await PutAsync(id, "sums/train.csv", "q,a\n"));
        Assert.Equal(2, (await Studio.GetAsync($"uploads/{id}")).GetProperty("files").GetArrayLength());
        await Studio.SendAsync(HttpMethod.Delete, $"uploads/{id}/files/0", null, HttpStatusCode.NoContent);
        Assert.Equal("b.csv", (await Studio.GetAsync($"uploads/{id}")).GetProperty("files")[0].GetProperty("name").GetString());
        await Studio.SendAsync(HttpMethod.Delete, $"uploads/{id}", null, HttpStatusCode.NoContent);
        await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/uploads/{id}", HttpStatusCode.NotFound);
        Assert.Empty(Directory.EnumerateFileSystemEntries(new DataFolder(Studio.DataFolder).Uploads));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("a%2F")]
    [InlineData("bad%00name")]
    public async Task Upload_RefusesNames_ThatAreNone(string name)
    {
        var staged = Studio.Service<StagedUploads>();
        var id = staged.Create().Id;
        using var body = new ByteArrayContent([1]);
        var problem = await Studio.RefusedAsync(HttpMethod.Put, $"/api/v1/uploads/{id}/files?name={name}", HttpStatusCode.BadRequest, body);
        Assert.Equal(["name"], problem.Fields());
        staged.Remove(id);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("..%2F..%2Fdatasets")]
    public async Task Upload_IsNotFound_WhenItsIdIsNone(string id)
    {
        using var body = new ByteArrayContent([1]);
        await Studio.RefusedAsync(HttpMethod.Put, $"/api/v1/uploads/{id}/files?name=a.csv", HttpStatusCode.NotFound, body);
    }

    [Fact]
    public async Task Upload_TakesNoMoreThanTheLimit()
    {
        var staged = Studio.Service<StagedUploads>();
        var id = staged.Create().Id;
        for (var i = 0; i < 50; i++) await staged.AddAsync(id, $"{i}.csv", new MemoryStream([65]), TestContext.Current.CancellationToken);
        using var body = new ByteArrayContent([1]);
        var problem = await Studio.RefusedAsync(HttpMethod.Put, $"/api/v1/uploads/{id}/files?name=more.csv", HttpStatusCode.BadRequest, body);
        Assert.Contains("50 files are the most", problem.GetRawText(), StringComparison.Ordinal);
        staged.Remove(id);
    }

    private async Task<(int Number, string Name, int Bytes)> PutAsync(string id, string name, string text)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        using var answer = await Studio.Client.PutAsync($"/api/v1/uploads/{id}/files?name={Uri.EscapeDataString(name)}", body, TestContext.Current.CancellationToken);
        var file = await ApiClient.ReadAsync(answer, HttpStatusCode.OK);
        return (file.GetProperty("number").GetInt32(), file.GetProperty("name").GetString()!, file.GetProperty("bytes").GetInt32());
    }
}
