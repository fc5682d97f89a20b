using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch;

/// <summary>A data view with answers behind its columns, made row by row as cursors pass.</summary>
internal sealed class AnswerView(IDataView source, AnswerMapper mapper) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(mapper, source.GetRowCursor(mapper.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. source.GetRowCursorSet(mapper.GetDependencies(needed), n, rand).Select(cursor => new Cursor(mapper, cursor, needed))];
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly AnswerMapper mapper;
        private readonly DataViewRowCursor input;
        private readonly AnswerRow row;

        public Cursor(AnswerMapper mapper, DataViewRowCursor input, DataViewSchema.Column[] needed) =>
            (this.mapper, this.input, row) = (mapper, input, new AnswerRow(mapper, input, needed));

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

        public override bool MoveNext() => input.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing) row.Dispose();
            base.Dispose(disposing);
        }
    }
}
