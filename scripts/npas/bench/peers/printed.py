"""What the generator prints, for the peers that are written in Python."""

HOMES = ("住宅", "居住用房", "普通商品房", "公寓")
VEHICLES = ("车辆", "汽车", "机动车")
CLASSES = {
    "class_normal_yuan": ("正常", "正常类"),
    "class_special_mention_yuan": ("关注", "关注类"),
    "class_substandard_yuan": ("次级", "次级类"),
    "class_doubtful_yuan": ("可疑", "可疑类"),
    "class_loss_yuan": ("损失", "损失类"),
}
