using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>One layer's prefix: rows of a table, or that table through a small network shared by all layers while training.</summary>
/// <param name="Table">Direct: [tokens × 2 hidden], keys then values. By the network: [tokens × hidden].</param>
/// <param name="First">The network's first product, [width × hidden]; null for direct prefixes.</param>
/// <param name="FirstBias">[width].</param>
/// <param name="Second">This layer's part of the second product, [2 hidden × width].</param>
/// <param name="SecondBias">[2 hidden].</param>
/// <param name="Heads">Attention heads.</param>
/// <remarks>Source: Li and Liang, ACL 2021, section 4.3.</remarks>
internal sealed record LayerPrefix(Parameter Table, Parameter? First, Parameter? FirstBias, Parameter? Second, Parameter? SecondBias, int Heads) : IKeyValuePrefix
{
    public int Length => (int)Table.shape[0];

    /// <summary>[tokens × 2 hidden], keys then values.</summary>
    public Tensor Rows() => First is null ? Table : nn.functional.linear(nn.functional.linear(Table, First, FirstBias!).tanh(), Second!, SecondBias!);

    public (Tensor Keys, Tensor Values) Read()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor heads = Rows().view(Length, 2, Heads, -1).permute(1, 2, 0, 3);
        return scope.MoveToOuter(heads.select(0, 0), heads.select(0, 1));
    }
}
