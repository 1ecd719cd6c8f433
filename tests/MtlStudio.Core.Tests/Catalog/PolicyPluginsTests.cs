using MtlStudio.Core.Catalog;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Catalog;

public sealed class PolicyPluginsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Read_GivesTheCatalogsEntry_WhenTheDescriptionIsGood()
    {
        Put("mine", """{"name":"mine","title":"Mine","summary":"Does it.","assembly":"mine.dll","type":"Mine.Policy","needs":"gram","parameters":[{"name":"power","type":"number","title":"Power","help":"How much.","default":1,"min":0}]}""");
        var plugin = Assert.Single(PolicyPlugins.Read(folder.Root, ["equal"], out var faults));
        Assert.Empty(faults);
        Assert.Equal((MethodKind.Policy, "mine", "Mine", true), (plugin.Method.Kind, plugin.Method.Name, plugin.Method.Title, plugin.Method.NeedsEveryTask));
        Assert.Equal(Path.Combine(folder.Root, "mine", "mine.dll"), plugin.Assembly);
        Assert.Equal(1.0, Assert.Single(plugin.Method.Parameters).Default);
    }

    [Theory]
    [InlineData("""{"name":"Mine!","title":"M","summary":"S","assembly":"mine.dll","type":"T","needs":"gram"}""", "name: ")]
    [InlineData("""{"name":"equal","title":"M","summary":"S","assembly":"mine.dll","type":"T","needs":"gram"}""", "name: There is a policy \"equal\" already")]
    [InlineData("""{"name":"mine","title":"","summary":"S","assembly":"mine.dll","type":"T","needs":"gram"}""", "title: ")]
    [InlineData("""{"name":"mine","title":"M","summary":"S","assembly":"other.dll","type":"T","needs":"gram"}""", "assembly: There is no file")]
    [InlineData("""{"name":"mine","title":"M","summary":"S","assembly":"mine.dll","type":"T","needs":"all"}""", "needs: This must be state, losses, gram or rows (you gave \"all\")")]
    [InlineData("""{"name":""", "policy.json: It cannot be read")]
    public void Read_NamesTheFileAndTheFault_WhenTheDescriptionIsBad(string description, string fault)
    {
        Put("mine", description);
        Assert.Empty(PolicyPlugins.Read(folder.Root, ["equal"], out var faults));
        Assert.Contains(faults, error => error.Field.EndsWith("policy.json", StringComparison.Ordinal) && error.Message.StartsWith(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_GivesNothing_WhenTheFolderIsAbsent()
    {
        Assert.Empty(PolicyPlugins.Read(Path.Combine(folder.Root, "none"), [], out var faults));
        Assert.Empty(faults);
    }

    public void Dispose() => folder.Dispose();

    private void Put(string name, string description)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder.Root, name)).FullName;
        File.WriteAllText(Path.Combine(place, "policy.json"), description);
        File.WriteAllText(Path.Combine(place, "mine.dll"), "");
    }
}
