using Microsoft.Extensions.Configuration;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Tests.Hosting;

public sealed class StudioOptionsReaderTests
{
    [Fact]
    public void Read_GivesTheUsersOwnFolder_WhenNothingIsSet()
    {
        var options = Read([]);
        Assert.Equal(DataFolder.DefaultPath(), options.DataFolder);
        Assert.False(options.AllowAnonymousNetwork);
        Assert.Empty(options.Devices);
    }

    [Fact]
    public void Read_TakesListsAndNestedValues()
    {
        var options = Read(new()
        {
            ["Studio:DataFolder"] = "relative",
            ["Studio:Devices:0:Name"] = "cpu:0",
            ["Studio:Devices:0:Threads"] = "2",
            ["Studio:Devices:1:Name"] = "cuda:0",
            ["Studio:Limits:RequestBytes"] = "100000",
            ["Studio:Hosts:0"] = "studio.example",
        });
        Assert.Equal(Path.GetFullPath("relative"), options.DataFolder);
        Assert.Equal([new DeviceSlotOptions { Name = "cpu:0", Threads = 2 }, new DeviceSlotOptions { Name = "cuda:0" }], options.Devices);
        Assert.Equal(100000, options.Limits.RequestBytes);
        Assert.Equal(["studio.example"], options.Hosts);
    }

    [Fact]
    public void Read_NamesEveryFault_WhenSeveralValuesAreBad()
    {
        var fault = Assert.Throws<InvalidInputException>(() => Read(new()
        {
            ["Studio:DataFoldr"] = "x",
            ["Studio:Limits:Uploads"] = "1",
            ["Studio:Limits:RequestBytes"] = "1",
            ["Studio:Devices:0:Name"] = "gpu",
            ["Studio:Devices:1:Name"] = "cpu:0",
            ["Studio:Devices:2:Name"] = "cpu:0",
            ["Studio:Devices:2:Threads"] = "-1",
            ["Studio:Hosts:0"] = "http://x/",
        }));
        Assert.Equal(
            ["Studio:DataFoldr", "Studio:Devices:0:Name", "Studio:Devices:2:Name", "Studio:Devices:2:Threads", "Studio:Hosts", "Studio:Limits:RequestBytes", "Studio:Limits:Uploads"],
            fault.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_SaysWhichValueCannotBeRead()
    {
        var fault = Assert.Throws<InvalidInputException>(() => Read(new() { ["Studio:AllowAnonymousNetwork"] = "maybe" }));
        Assert.Contains("'maybe' at 'Studio:AllowAnonymousNetwork'", fault.Message);
    }

    private static StudioOptions Read(Dictionary<string, string?> values) =>
        StudioOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
